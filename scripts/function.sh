# The function as one static program, and the proof that it needs nothing beside it. Sourced by build.sh.
# shellcheck shell=bash

readonly FUNCTION="$ROOT/dist/function"

# Whom the container runs it as: nobody whom a computer knows.
readonly FUNCTION_USER=65532

build_function() {
  ensure_rust
  step 'function (static)' compile_function
  printf '  dist/function/function: %s bytes\n' "$(stat -c %s "$FUNCTION/function")"
}

# The flag is for the program alone: so its libraries are those of the sandbox, and what runs while it is built, such as
# macros, is linked as ever.
compile_function() {
  cd "$ROOT"
  "$CARGO" rustc --profile server -p mxs-function --bin function --features lambda -- \
    -C target-feature=+crt-static -C strip=symbols
  install -D "$CARGO_TARGET_DIR/server/function" "$FUNCTION/function"
  "$FUNCTION/function" help >/dev/null
  if readelf --program-headers --wide "$FUNCTION/function" | grep INTERP; then
    echo 'the program asks for a dynamic linker: it is not static' >&2
    return 1
  fi
  # What the container's volume begins with.
  mkdir -p "$FUNCTION/data"
}

# check_function: what the container promises, without one. The program is alone in a folder with what every container
# is given (a list of hosts, and randomness, which a file is here: not everybody may make a device), as a user without a
# name; it must start, store, answer, and end when it is told to.
check_function() {
  local folder
  folder=$(mktemp -d)
  # The variable is gone when the trap runs.
  # shellcheck disable=SC2064
  trap "rm -rf '$folder'" EXIT
  chmod 755 "$folder"
  mkdir "$folder/data" "$folder/dev" "$folder/etc"
  chown "$FUNCTION_USER" "$folder/data"
  cp "$FUNCTION/function" "$folder"
  echo '127.0.0.1 database' >"$folder/etc/hosts"
  head -c 1000000 /dev/urandom | tee "$folder/dev/random" >"$folder/dev/urandom"
  answers_in "$folder" MXS_DATA_DIR=/data SQLITE_TMPDIR=/data
  [[ -s $folder/data/function.sqlite ]]
  # A name is looked up where there is a server to be found.
  if [[ ${MXS_TEST_POSTGRES_URL:-} ]]; then
    answers_in "$folder" "MXS_DATABASE_URL=${MXS_TEST_POSTGRES_URL/127.0.0.1/database}?sslmode=disable"
  fi
}

# answers_in FOLDER VARIABLE…
answers_in() {
  local folder=$1 chroot log web pid line status
  chroot=$(command -v chroot)
  shift
  exec {log}< <(exec env -i "$@" MXS_LISTEN=127.0.0.1:0 MXS_KEYS="$(head -c 32 /dev/urandom | base64)" \
    MXS_ORG_SECRETS='{"60001234567":"no-secret-but-of-32-bytes-at-least"}' \
    "$chroot" --userspec="$FUNCTION_USER:$FUNCTION_USER" "$folder" /function serve 2>&1)
  pid=$!
  read -r -t 60 line <&"$log" || true
  if [[ ! $line =~ \"listening\":\"127\.0\.0\.1:([0-9]+)\" ]]; then
    echo "it does not start: $line" >&2
    return 1
  fi
  exec {web}<>"/dev/tcp/127.0.0.1/${BASH_REMATCH[1]}"
  printf 'GET /v1/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&"$web"
  read -r -t 60 status <&"$web" || true
  exec {web}>&-
  kill -TERM "$pid"
  cat <&"$log"
  exec {log}<&-
  wait "$pid"
  if [[ $status != 'HTTP/1.1 200 '* ]]; then
    echo "it is not well: $status" >&2
    return 1
  fi
}
