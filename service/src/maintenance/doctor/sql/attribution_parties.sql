SELECT min({text transaction_id}) AS name, 'one share' AS expected, CAST(count(*) AS text) || ' shares of one agent and campaign' AS found
FROM revenue_attribution
GROUP BY transaction_id, agent_id, campaign_id
HAVING count(*) > 1
