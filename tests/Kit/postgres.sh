#!/bin/sh
# A private PostgreSQL server: `postgres.sh FOLDER` makes it in that folder, with a Unix socket there and no port, and runs it until the
# end of its standard input; so it is gone when whoever holds the other end is, however that ends. The folder goes with it.
set -e
folder=$1
programs=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
# The server refuses to run as root.
as_postgres=
if [ "$(id -u)" -eq 0 ]; then
  as_postgres='runuser -u postgres --'
  chown postgres "$folder"
fi
cd "$folder"
$as_postgres "$programs/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >initdb.log 2>&1
$as_postgres "$programs/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c fsync=off -c max_connections=300 >/dev/null 2>&1 </dev/null &
server=$!
cat >/dev/null
# The server itself: what a shell starts in the background, runuser here, ignores this signal.
kill -QUIT "$(head -n 1 "$folder/data/postmaster.pid")" || kill -TERM $server
wait $server || true
rm -rf "$folder"
