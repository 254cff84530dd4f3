# Waits for the end of a test run, then stops its PostgreSQL and removes its directory.
#   $1  the directory
#   $2  the process to outlive; empty: whoever holds the other end of standard input
directory=$1
process=$2
trap '' HUP INT TERM

if [ -n "$process" ]; then
    while kill -0 "$process" 2>/dev/null; do sleep 0.5; done
else
    while read -r _; do :; done
fi

# An immediate stop: nobody reads these data again. A server that is just starting has no pid file yet, and an `initdb`
# that lost its parent still writes: hence the rounds.
round=0
while [ -e "$directory" ] && [ "$round" -lt 20 ]; do
    for file in "$directory"/*/data/postmaster.pid; do
        [ -e "$file" ] || continue
        read -r server <"$file"
        kill -QUIT "$server" 2>/dev/null
        tries=0
        # The file goes when the server is down. The process may stay in the table until somebody asks for it.
        while [ -e "$file" ] && [ "$tries" -lt 100 ]; do
            sleep 0.05
            tries=$((tries + 1))
        done
    done
    rm -rf "$directory" 2>/dev/null
    sleep 0.2
    round=$((round + 1))
done
