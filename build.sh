#!/usr/bin/env bash
# Builds, runs and tests everything: ./build.sh help
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly ROOT

# The most that a first visit to the tab may download, in bytes of brotli (docs/adr/0008-first-load.md).
readonly FIRST_LOAD_BUDGET=$((150 * 1024))

# The same for what signing in downloads: a little above what it weighs, so that it doesn't grow unseen.
readonly WORKER_BUDGET=$((536 * 1024))

usage() {
  cat <<'HELP'
./build.sh [COMMAND]      every command first installs what it needs and is missing

  run [ARGUMENT…]   build the tab and the sandbox, and run the sandbox until Ctrl-C; the arguments go to it (the default)
  test [FILTER…]    run the tests: Rust, then the browser's; a filter keeps the Rust tests whose names contain it
  build             build the tab into dist/tab, and the sandbox
  function          build the function into dist/function: one static program, for Containerfile and docs/deploy.md;
                    as root, also start it in an empty folder
  pack              build the tab and pack it into dist/ms-exchange-sync-tab.zip
  bench [PART…]     run the benchmarks and print what they find; the parts, all without one:
      sizes           what the tab weighs
      browser         a sync in the browser, against the sandbox
      engine          the engine alone, beside vdirsyncer; SIZES and RUNS choose how many contacts, how often
      calls           what syncs ask of the vendors, against the floor
      load            what one process of the function carries: MAILBOXES (10000), SECONDS_A_PART (60); with
                      MXS_DATABASE_URL on that PostgreSQL database, which must be empty
      plan            planning alone
  interop           drive the sandbox's Exchange Web Services with exchangelib, an independent client; part of test
  simulate [OPT…]   run the sync engine against the simulated world, a random script of edits, faults and deaths for
                    each seed; print how fast, which failures were met, and the script that broke a promise
      --seeds N       N scripts (10000)
      --from S        beginning with that of seed S (0)
      --kind K        of what: contacts, tasks, events, mails or all: N of the first three in turn, and N of mails
      --door D        how the mailbox is reached: graph, ews, or it moves from one to the other on the way: moves, back
      --mutants       with one deliberate bug in the engine at a time: the check that is meant for it must catch it,
                      by itself, in the N scripts (2000)
  fmt               format the Rust code
  lint              check format, lints, licences of crates, documentation, scripts and the tab's size
  clean             delete what was built (installed tools and the sandbox's data stay)
  help              print this

  WASM_TOOLCHAIN=debian   build the tab with Debian's Rust even if rustup has the wasm target
  CHROMIUM=/path          the browser of the browser tests
HELP
}

build_sandbox() {
  ensure_rust
  step 'sandbox' compile_sandbox
}

compile_sandbox() {
  cd "$ROOT"
  # With the function as it is shipped: so both are built from the same libraries.
  "$CARGO" build --profile server -p mxs-sandbox --bin mxs-sandbox --features mxs-function/lambda
}

# The browser tests and the benchmarks start it themselves.
export SANDBOX="$ROOT/target/server/mxs-sandbox"

run_sandbox() {
  build_tab
  build_sandbox
  # From where the caller is, so that paths among the arguments mean what the caller means.
  exec "$SANDBOX" --tab "$TAB" --data "$ROOT/.sandbox" "$@"
}

passed=0
failed=0
skipped=0

# The number before a word in a runner's closing line, such as `1 failed`; added up where there are several lines.
counted() { { grep -oE "[0-9]+ ($1)\b" || true; } | awk '{ sum += $1 } END { print sum + 0 }'; }

# tally SUMMARY: adds a runner's closing lines to the totals. A runner that failed without a failed test (it
# could not be built, say) counts as one.
tally() {
  local bad
  bad=$(counted 'failed|timed out' <<<"$1")
  if ((rc != 0 && bad == 0)); then bad=1; fi
  passed=$((passed + $(counted passed <<<"$1")))
  failed=$((failed + bad))
  skipped=$((skipped + $(counted 'skipped|ignored' <<<"$1")))
}

run_tests() {
  ensure_rust
  local features=(--features mxs-function/lambda)
  ensure_postgres
  if [[ $POSTGRES ]]; then
    trap 'remove_postgres' EXIT
    start_postgres
    features+=(--features mxs-function/postgres-tests)
  else
    echo '• tests on PostgreSQL: skipped, there is no server and none could be installed (Debian: apt-get install postgresql)'
    skipped=$((skipped + 1))
  fi
  if "$CARGO" nextest --version >/dev/null 2>&1; then
    show 'Rust tests' rust_tests nextest run --workspace "${features[@]}" --no-fail-fast "$@"
    tally "$(grep -E '^ *Summary \[' "$log" || true)"
    show 'examples in the documentation' rust_tests test --workspace "${features[@]}" --doc --no-fail-fast "$@"
  else
    show 'Rust tests' rust_tests test --workspace "${features[@]}" --no-fail-fast "$@"
  fi
  tally "$(grep '^test result:' "$log" || true)"
  if (($# == 0)); then
    run_simulation || true
    tally "$(grep '^test result:' "$log" || true)"
    ship_function
    wasm_tests
    browser_tests
    interop_tests
  fi
  echo
  printf '%d passed, %d failed' "$passed" "$failed"
  if ((skipped)); then printf ', %d skipped' "$skipped"; fi
  echo
  ((failed == 0))
}

# Builds the function as it is shipped, and tries it; counted as a test.
ship_function() {
  build_function
  if ((EUID)); then
    echo '• function in an empty folder: skipped, only root may enter one (chroot)'
    skipped=$((skipped + 1))
    return
  fi
  try 'function in an empty folder' check_function
  if ((rc == 0)); then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

# A server of the tests' own, whose URL is in the environment. In a folder of its own and not under target: it runs as
# another user where the tests run as root, who may not come there.
start_postgres() {
  POSTGRES_PARENT=$(mktemp -d)
  chmod 711 "$POSTGRES_PARENT"
  MXS_TEST_POSTGRES_URL=$("$ROOT/scripts/postgres.sh" start "$POSTGRES_PARENT/postgres") || die 'PostgreSQL does not start (the messages are above)'
  export MXS_TEST_POSTGRES_URL
}

remove_postgres() {
  "$ROOT/scripts/postgres.sh" remove "$POSTGRES_PARENT/postgres"
  rmdir "$POSTGRES_PARENT"
}

rust_tests() {
  cd "$ROOT"
  "$CARGO" "$@"
}

# The engine's own tests as the tab runs it, and the tab's own unit tests in a browser.
wasm_tests() {
  ensure_wasm
  ensure_wasm_bindgen
  ensure_browser
  need chromedriver chromium-driver
  show 'engine tests as wasm' run_wasm_tests -p mxs-core --test it
  tally "$(grep '^test result:' "$log" || true)"
  show 'tab tests in a browser' run_wasm_tests -p ms-exchange-sync --lib
  tally "$(grep '^test result:' "$log" || true)"
}

run_wasm_tests() {
  cd "$ROOT"
  CHROMEDRIVER=$(command -v chromedriver) RUSTC=$WASM_RUSTC \
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER="$WASM_BINDGEN/bin/wasm-bindgen-test-runner" \
    "$WASM_CARGO" test "$@" --target "$WASM" --target-dir "$WASM_TARGET"
}

browser_tests() {
  build_tab
  build_sandbox
  ensure_browser
  show 'browser tests' run_browser_tests
  tally "$(grep -E '^ +[0-9]+ (passed|failed|skipped|flaky|interrupted|did not run)' "$log" |
    sed -E 's/(flaky|interrupted|did not run)/failed/' || true)"
}

run_browser_tests() {
  cd "$ROOT"
  node node_modules/@playwright/test/cli.js test --config tests/e2e/playwright.config.mjs
}

interop_tests() {
  if ! have python3; then
    echo '• exchangelib: skipped, there is no Python'
    skipped=$((skipped + 1))
    return
  fi
  build_sandbox
  ensure_exchangelib
  show 'exchangelib' env PYTHONDONTWRITEBYTECODE=1 "$EXCHANGELIB" "$ROOT/tests/interop/run.py"
  tally "$(grep -E '^[0-9]+ passed, ' "$log" || true)"
}

pack_tab() {
  build_tab
  need python3 python3
  local archive="$ROOT/dist/ms-exchange-sync-tab.zip"
  step 'archive' python3 "$ROOT/scripts/zip.py" "$TAB" "$archive"
  node "$ROOT/scripts/sizes.mjs" "$TAB"
  printf '  dist/ms-exchange-sync-tab.zip: %s bytes\n' "$(stat -c %s "$archive")"
}

readonly BENCHMARKS=(sizes browser engine calls load plan)

run_bench() {
  local part
  if (($# == 0)); then set -- "${BENCHMARKS[@]}"; fi
  for part in "$@"; do
    [[ " ${BENCHMARKS[*]} " == *" $part "* ]] || die "bench: there is no part '$part'; './build.sh help' lists them"
  done
  for part in "$@"; do
    "bench_$part"
    echo
  done
}

bench_sizes() {
  build_tab
  node "$ROOT/scripts/sizes.mjs" "$TAB"
}

bench_browser() {
  build_tab
  build_sandbox
  ensure_browser
  cd "$ROOT"
  node tests/bench/browser.mjs
}

bench_engine() {
  build_bench
  ensure_vdirsyncer
  need node nodejs
  BENCH="$ROOT/target/server/mxs-bench" node "$ROOT/tests/bench/engine.mjs"
}

bench_calls() {
  build_bench
  "$ROOT/target/server/mxs-bench" calls
  "$ROOT/target/server/mxs-bench" growth
}

bench_load() {
  build_bench
  "$ROOT/target/server/mxs-bench" load "${MAILBOXES:-10000}" "${SECONDS_A_PART:-60}"
}

bench_plan() {
  ensure_rust
  cd "$ROOT"
  "$CARGO" bench --quiet --profile server -p mxs-core --bench plan
}

build_bench() {
  ensure_rust
  step 'benchmarks' rust_tests build --profile server -p mxs-bench
}

run_simulation() {
  local mutants='' tests=(simulate mails)
  while (($#)); do
    case $1 in
      --seeds | --from)
        [[ ${2:-} =~ ^[0-9]+$ ]] || die "simulate: $1 takes a number"
        if [[ $1 == --seeds ]]; then export SEEDS=$2; else export FROM=$2; fi
        shift
        ;;
      --kind)
        case ${2:-} in
          contacts | tasks | events) tests=(simulate) ; export KIND=$2 ;;
          mails) tests=(mails) ;;
          all) ;;
          *) die 'simulate: --kind takes contacts, tasks, events, mails or all' ;;
        esac
        shift
        ;;
      --door)
        case ${2:-} in
          graph | ews | moves | back) tests=(simulate) ; export DOOR=$2 ;;
          *) die 'simulate: --door takes graph, ews, moves or back' ;;
        esac
        shift
        ;;
      --mutants) mutants=yes ;;
      *) die "simulate: there is no option '$1'; './build.sh help' lists them" ;;
    esac
    shift
  done
  ensure_rust
  if [[ $mutants ]]; then
    show 'mutants' rust_tests test -p mxs-sync --test mutants -- --ignored --nocapture
  else
    show 'simulation' rust_tests test --profile server -p mxs-sync "${tests[@]/#/--test=}" \
      every_promise_holds_in_every_script -- --nocapture
  fi
  ((rc == 0))
}

format() {
  ensure_rust
  ensure_component fmt rustfmt rustfmt-web
  step 'format' rust_tests fmt --all
}

run_lint() {
  ensure_rust
  ensure_component fmt rustfmt rustfmt-web
  ensure_component clippy clippy rust-web-clippy
  local bad=()
  check() {
    try "$@"
    if ((rc != 0)); then bad+=("$1"); fi
  }
  check 'format' rust_tests fmt --all --check
  check 'Cargo.lock is current' rust_tests metadata --locked --format-version 1
  check 'clippy' rust_tests clippy --workspace --all-targets --features mxs-function/lambda,mxs-function/postgres-tests -- -D warnings
  ensure_deny
  check 'licences and sources of crates' check_crates
  check 'documentation' document
  check 'scripts' lint_scripts
  build_tab
  check 'size budget' node "$ROOT/scripts/sizes.mjs" "$TAB" "$FIRST_LOAD_BUDGET" "$WORKER_BUDGET"
  # The whole table was shown already if it was over.
  if ((rc == 0)); then tail -n 4 "$LOGS/size-budget.log"; fi
  if ((${#bad[@]})); then die "lint: ${bad[*]}"; fi
}

# What it warns of is in the log.
check_crates() {
  cd "$ROOT"
  "$DENY" --offline check licenses bans sources
}

document() {
  cd "$ROOT"
  RUSTDOCFLAGS='-D warnings' "$CARGO" doc --workspace --no-deps --features mxs-function/lambda
}

lint_scripts() {
  cd "$ROOT"
  local file
  for file in build.sh scripts/*.sh .ci/run; do bash -n "$file"; done
  if have shellcheck; then shellcheck -xa build.sh scripts/postgres.sh .ci/run; fi
}

command=${1:-run}
if (($#)); then shift; fi
case $command in
  help | -h | --help) usage && exit ;;
  run | test | build | function | pack | bench | interop | simulate | fmt | lint | clean) ;;
  *)
    printf "build.sh: there is no command '%s'; './build.sh help' lists them\n" "$command" >&2
    exit 2
    ;;
esac

# shellcheck source=scripts/steps.sh
source "$ROOT/scripts/steps.sh"
# shellcheck source=scripts/toolchain.sh
source "$ROOT/scripts/toolchain.sh"
# shellcheck source=scripts/tab.sh
source "$ROOT/scripts/tab.sh"
# shellcheck source=scripts/function.sh
source "$ROOT/scripts/function.sh"
# shellcheck source=scripts/interop.sh
source "$ROOT/scripts/interop.sh"
# shellcheck source=scripts/vdirsyncer.sh
source "$ROOT/scripts/vdirsyncer.sh"

case $command in
  run) run_sandbox "$@" ;;
  test) run_tests "$@" ;;
  build)
    build_tab
    build_sandbox
    ;;
  function)
    ship_function
    ((failed == 0)) || die 'the function does not stand alone'
    ;;
  pack) pack_tab ;;
  bench) run_bench "$@" ;;
  interop)
    interop_tests
    ((failed == 0)) || die 'interop: exchangelib was not served'
    ;;
  simulate) run_simulation "$@" ;;
  fmt) format ;;
  lint) run_lint ;;
  clean) rm -rf "$ROOT/dist" "$ROOT/target" ;;
esac
