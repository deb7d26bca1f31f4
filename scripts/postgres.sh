#!/usr/bin/env bash
# A PostgreSQL server for the tests, in a folder and on a loopback port of its own:
#   postgres.sh start FOLDER   makes it if FOLDER is missing, starts it and prints its URL
#   postgres.sh stop FOLDER    stops it
#   postgres.sh remove FOLDER  stops it and deletes it
set -euo pipefail

# A crash of the machine may cost the tests' data, so nothing waits for the disk.
readonly SETTINGS=(-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=200)
readonly STARTS_MAX=20

FOLDER=${2:?'postgres.sh: which folder?'}

# The newest of those that are installed.
BIN=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
[[ -x $BIN/initdb ]] || BIN=$(dirname "$(command -v initdb)")

# The server refuses to run as root.
as_server() {
  if ((EUID == 0)); then
    setpriv --reuid=postgres --regid=postgres --clear-groups env HOME="$FOLDER" "$@"
  else
    "$@"
  fi
}

# MD5, since the hashing of the better method takes a tenth of a second where nothing is optimised, for each connection.
make() {
  local password
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  mkdir -m 700 "$FOLDER"
  printf '%s' "$password" >"$FOLDER/password"
  if ((EUID == 0)); then chown -R postgres:postgres "$FOLDER"; fi
  as_server "$BIN/initdb" --pgdata="$FOLDER/data" --username=tests --pwfile="$FOLDER/password" --auth=md5 \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$FOLDER/initdb.log"
}

# Below the ports that the system gives out by itself. One that is taken ends the server at once.
start() {
  local tried
  [[ -e $FOLDER ]] || make
  cd "$FOLDER"
  for ((tried = 0; tried < STARTS_MAX; tried++)); do
    [[ -e $FOLDER/port ]] || echo $((20000 + RANDOM % 12000)) >"$FOLDER/port"
    if as_server "$BIN/pg_ctl" --pgdata="$FOLDER/data" --log="$FOLDER/server.log" --silent --wait \
      --options="-h 127.0.0.1 -k '$FOLDER' -p $(<"$FOLDER/port") ${SETTINGS[*]}" start >&2; then
      printf 'postgres://tests:%s@127.0.0.1:%s/postgres\n' "$(<"$FOLDER/password")" "$(<"$FOLDER/port")"
      return
    fi
    rm "$FOLDER/port"
  done
  tail -n 20 "$FOLDER/server.log" >&2
  return 1
}

stop() {
  [[ -e $FOLDER/data/postmaster.pid ]] || return 0
  cd "$FOLDER"
  as_server "$BIN/pg_ctl" --pgdata="$FOLDER/data" --silent --wait --mode=fast stop
}

case ${1:-} in
  start) start ;;
  stop) stop ;;
  remove)
    stop
    cd /
    rm -rf "$FOLDER"
    ;;
  *)
    echo "postgres.sh: start, stop or remove is expected" >&2
    exit 2
    ;;
esac
