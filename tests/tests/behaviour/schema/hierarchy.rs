//! No agent and no goal is its own ancestor, whoever writes at the same time.

use rstest::rstest;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbErr, ExecResult, IsolationLevel, Statement, TransactionTrait,
};
use tests::{Engine, TestDatabase, rows};
use uuid::Uuid;

use super::live::number;
use super::refusal::Refusal;

#[derive(Clone, Copy, Debug)]
struct Tree {
    table: &'static str,
    parent: &'static str,
}

const AGENTS: Tree = Tree {
    table: "agents",
    parent: "parent_id",
};
const GOALS: Tree = Tree {
    table: "goals",
    parent: "parent_goal_id",
};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_row_below_itself_is_refused_by_name(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(AGENTS, GOALS)] tree: Tree,
    // 2 is A→B→A.
    #[values(2, 3, 6)] length: usize,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let chain = tree.chain(&database, length).await;
    let refused = tree
        .put_below(database.connection(), chain[0], chain[length - 1])
        .await;
    let refusal = Refusal::of(&refused.expect_err("a circle"));
    assert!(
        refusal.is_check(&format!("chk_{}_acyclic", tree.table)),
        "{refusal:?}"
    );
    let roots = format!(
        "SELECT count(*) FROM {} WHERE {} IS NULL",
        tree.table, tree.parent
    );
    assert_eq!(number(&database, &roots).await, 1, "nothing changed");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_branch_can_move_and_become_a_root(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(AGENTS, GOALS)] tree: Tree,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let chain = tree.chain(&database, 4).await;
    let db = database.connection();
    tree.put_below(db, chain[3], chain[0]).await.unwrap();
    db.execute_unprepared(&format!("UPDATE {} SET {} = NULL", tree.table, tree.parent))
        .await
        .unwrap();
    // What was a descendant may be the parent now.
    tree.put_below(db, chain[0], chain[3]).await.unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn one_statement_cannot_close_a_circle_of_several_rows(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(AGENTS, GOALS)] tree: Tree,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let Tree { table, parent } = tree;
    tree.chain(&database, 1).await;
    tree.chain(&database, 1).await;
    let swap = format!(
        "UPDATE {table} SET {parent} = (SELECT other.id FROM {table} other WHERE other.id <> {table}.id)"
    );
    let refusal = Refusal::of(
        &database
            .connection()
            .execute_unprepared(&swap)
            .await
            .expect_err("a circle"),
    );
    assert!(refusal.is_check(&format!("chk_{table}_acyclic")), "{refusal:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn taking_over_the_id_of_an_ancestor_is_refused(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(AGENTS, GOALS)] tree: Tree,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let chain = tree.chain(&database, 3).await;
    // The root gets a new id before the lowest row takes the old one, so no key is ever missing or doubled.
    let sql = format!(
        "UPDATE {} SET id = CASE id WHEN $1 THEN $2 ELSE $1 END WHERE id <> $3",
        tree.table
    );
    let values = [chain[0].into(), Uuid::new_v4().into(), chain[1].into()];
    let take_over = Statement::from_sql_and_values(engine.backend(), sql, values);
    let refusal = Refusal::of(
        &database
            .connection()
            .execute_raw(take_over)
            .await
            .expect_err("a circle"),
    );
    assert!(
        refusal.is_check(&format!("chk_{}_acyclic", tree.table)),
        "{refusal:?}"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn two_sessions_cannot_close_a_circle_together(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(AGENTS, GOALS)] tree: Tree,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (one, other) = (database.session().await, database.session().await);
    for round in 0..40 {
        let (a, b) = (
            tree.chain(&database, 1).await[0],
            tree.chain(&database, 1).await[0],
        );
        let (up, down) = tokio::join!(tree.put_below(&one, a, b), tree.put_below(&other, b, a));
        let mut refusals = [up, down].into_iter().filter_map(Result::err);
        let refusal = Refusal::of(
            &refusals
                .next()
                .unwrap_or_else(|| panic!("round {round}: a circle")),
        );
        assert!(
            refusal.is_check(&format!("chk_{}_acyclic", tree.table)),
            "{refusal:?}"
        );
        assert!(
            refusals.next().is_none(),
            "round {round}: one of the two was right"
        );
    }
}

#[rstest]
#[case::read_committed(IsolationLevel::ReadCommitted)]
#[case::repeatable_read(IsolationLevel::RepeatableRead)]
#[case::serializable(IsolationLevel::Serializable)]
#[tokio::test(flavor = "multi_thread")]
async fn two_open_transactions_cannot_close_a_circle_together(
    #[values(AGENTS, GOALS)] tree: Tree,
    #[case] isolation: IsolationLevel,
) {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let (one, other) = (database.session().await, database.session().await);
    for round in 0..5 {
        let (a, b) = (
            tree.chain(&database, 1).await[0],
            tree.chain(&database, 1).await[0],
        );
        // Both have their snapshot before either writes.
        let barrier = tokio::sync::Barrier::new(2);
        let (up, down) = tokio::join!(
            tree.put_below_in_transaction(&one, isolation, &barrier, a, b),
            tree.put_below_in_transaction(&other, isolation, &barrier, b, a),
        );
        assert!(up.is_err() || down.is_err(), "round {round}: a circle");
        assert!(
            up.is_ok() || down.is_ok(),
            "round {round}: one of the two was right: {up:?} {down:?}"
        );
        let roots = format!(
            "SELECT count(*) FROM {} WHERE id IN ('{a}', '{b}') AND {} IS NULL",
            tree.table, tree.parent
        );
        assert_eq!(number(&database, &roots).await, 1, "round {round}");
    }
}

impl Tree {
    /// Rows of which each is below the one before it.
    async fn chain(self, database: &TestDatabase, length: usize) -> Vec<Uuid> {
        let mut chain: Vec<Uuid> = Vec::new();
        for _ in 0..length {
            let parent = chain.last().map(|parent| (self.parent, (*parent).into()));
            chain.push(rows::insert(database.connection(), self.table, parent).await.id());
        }
        chain
    }

    async fn put_below(
        self,
        db: &impl ConnectionTrait,
        row: Uuid,
        parent: Uuid,
    ) -> Result<ExecResult, DbErr> {
        let sql = format!("UPDATE {} SET {} = $1 WHERE id = $2", self.table, self.parent);
        let values = [parent.into(), row.into()];
        db.execute_raw(Statement::from_sql_and_values(
            db.get_database_backend(),
            sql,
            values,
        ))
        .await
    }

    async fn put_below_in_transaction(
        self,
        db: &DatabaseConnection,
        isolation: IsolationLevel,
        barrier: &tokio::sync::Barrier,
        row: Uuid,
        parent: Uuid,
    ) -> Result<(), DbErr> {
        let transaction = db.begin_with_config(Some(isolation), None).await?;
        transaction
            .execute_unprepared(&format!("SELECT count(*) FROM {}", self.table))
            .await?;
        barrier.wait().await;
        self.put_below(&transaction, row, parent).await?;
        transaction.commit().await
    }
}
