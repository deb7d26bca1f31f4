# Steps with their times, stamps of finished work, and system packages. Sourced by build.sh.
# shellcheck shell=bash

readonly CACHE="$ROOT/.cache"
readonly STAMPS="$CACHE/stamps"
readonly LOGS="$CACHE/logs"
mkdir -p "$STAMPS" "$LOGS"

die() {
  printf 'build.sh: %s\n' "$*" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# EPOCHREALTIME has a comma in some locales.
now_us() { printf '%s' "${EPOCHREALTIME/[.,]/}"; }

seconds_since() {
  local us=$(($(now_us) - $1))
  printf '%d.%d s' $((us / 1000000)) $((us % 1000000 / 100000))
}

# try LABEL COMMAND…: one line with the time taken. The output goes to a log that is shown only on failure.
# The command's status is left in $rc, never returned: a caller's `|| …` would switch errexit off inside
# the command.
try() {
  local label=$1 log start
  shift
  log="$LOGS/${label//[^A-Za-z0-9]/-}.log"
  start=$(now_us)
  printf '• %s … ' "$label"
  set +e
  (
    set -e
    "$@"
  ) >"$log" 2>&1 </dev/null
  rc=$?
  set -e
  if ((rc == 0)); then
    seconds_since "$start"
    echo
  else
    printf 'failed after %s\n' "$(seconds_since "$start")"
    cat "$log" >&2
  fi
}

# step LABEL COMMAND…: as try, but a failure ends the script.
step() {
  try "$@"
  ((rc == 0)) || die "$1: failed (the messages are above)"
}

# show LABEL COMMAND…: as try, but the output is for the reader; it is also kept in $log.
show() {
  local label=$1 start
  shift
  log="$LOGS/${label//[^A-Za-z0-9]/-}.log"
  start=$(now_us)
  printf '• %s …\n' "$label"
  set +e
  (
    set -e
    "$@"
  ) </dev/null 2>&1 | tee "$log"
  rc=${PIPESTATUS[0]}
  set -e
  printf '• %s: %s\n' "$label" "$(seconds_since "$start")"
}

# A stamp holds the key of the inputs that a finished piece of work was made from.
fresh() { [[ -f $1 && $(<"$1") == "$2" ]]; }
stamp() { printf '%s' "$2" >"$1"; }

hash_of() { sha256sum | cut -d' ' -f1; }
hash_tree() { find "$@" -type f -print0 | sort -z | xargs -0 sha256sum | hash_of; }

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif have sudo; then
    sudo "$@"
  else
    echo "this needs root, and there is no sudo: $*" >&2
    return 1
  fi
}

apt_updated=
apt_get_update() { as_root env DEBIAN_FRONTEND=noninteractive apt-get update; }
apt_get_install() { as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; }

# packages PACKAGE…: installs those that are missing; the status is left in $rc.
packages() {
  local name missing=()
  rc=0
  for name in "$@"; do
    dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null | grep -qx installed || missing+=("$name")
  done
  ((${#missing[@]})) || return 0
  if [[ -z $apt_updated ]]; then
    try 'package lists' apt_get_update
    ((rc == 0)) || return 0
    apt_updated=yes
  fi
  try "install ${missing[*]}" apt_get_install "${missing[@]}"
}

# need COMMAND PACKAGE…: makes sure of a command, by Debian's packages if it is missing.
need() {
  local command=$1
  shift
  have "$command" && return
  if have apt-get; then
    packages "$@"
    hash -r
  fi
  have "$command" || die "'$command' is missing and could not be installed; on Debian: apt-get install $*"
}
