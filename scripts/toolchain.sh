# The compilers and tools that the workspace is built with. Sourced by build.sh.
# shellcheck shell=bash

readonly WASM=wasm32-unknown-unknown
MSRV=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' "$ROOT/Cargo.toml")
readonly MSRV
readonly DENY_VERSION=0.20.2

# Left set, it would let the project use unstable features without anyone noticing.
unset RUSTC_BOOTSTRAP
export CARGO_TARGET_DIR="$ROOT/target"

rustc_version() { "$1" --version 2>/dev/null | cut -d' ' -f2; }

new_enough() {
  local version
  version=$(rustc_version "$1") || return 1
  [[ -n $version ]] && printf '%s\n%s\n' "$MSRV" "$version" | sort -V -C
}

# Debian's newest Rust is in packages of their own (built for its web browsers); they live in /usr/bin beside
# a toolchain of rustup's. They are what is left where rustup can't download.
debian_rust() {
  have apt-get || die "$1, and this is no Debian machine: install Rust $MSRV or newer with rustup, then: rustup target add $WASM"
  packages rustc-web cargo-web rust-web-src
  hash -r
  new_enough /usr/bin/rustc || die "$1, and Debian's packages have no Rust $MSRV (rustc-web, cargo-web): install it with rustup"
}

# The compiler for what runs on this machine: $CARGO and $RUSTC.
ensure_rust() {
  [[ -z ${rust_ready:-} ]] || return 0
  have cargo || PATH="$PATH:$HOME/.cargo/bin"
  if have cargo && have rustc && new_enough rustc; then
    CARGO=$(command -v cargo)
    RUSTC=$(command -v rustc)
  else
    debian_rust "Rust $MSRV or newer is missing"
    CARGO=/usr/bin/cargo
    RUSTC=/usr/bin/rustc
    # An older toolchain may stand first: cargo looks for rustc and rustdoc by name.
    PATH="/usr/bin:$PATH"
  fi
  # The linker, and SQLite's C source.
  need cc gcc libc6-dev
  rust_ready=yes
}

# ensure_component COMMAND RUSTUP_COMPONENT DEBIAN_PACKAGE: rustfmt and clippy.
ensure_component() {
  "$CARGO" "$1" --version >/dev/null 2>&1 && return
  if [[ $CARGO == /usr/bin/cargo ]]; then
    packages "$3"
  elif have rustup; then
    try "rustup component $2" rustup component add "$2"
  fi
  "$CARGO" "$1" --version >/dev/null 2>&1 || die "'cargo $1' is missing and could not be installed: rustup component add $2 (or Debian's package $3)"
}

# $POSTGRES: not empty where the tests can have a server. Debian's package would make one that runs at every start of
# the machine; the tests want only the program.
ensure_postgres() {
  POSTGRES=$(find_postgres)
  [[ -z $POSTGRES ]] && have apt-get || return 0
  local settings=/etc/postgresql-common/createcluster.d/mxs-tests.conf
  packages postgresql-common
  ((rc == 0)) || return 0
  as_root mkdir -p "$(dirname "$settings")"
  echo 'create_main_cluster = false' | as_root tee "$settings" >/dev/null
  packages postgresql
  as_root rm "$settings"
  hash -r
  POSTGRES=$(find_postgres)
}

find_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' || command -v initdb || true; }

has_wasm() { compgen -G "$("$1" --print target-libdir --target "$WASM" 2>/dev/null)/libstd-*.rlib" >/dev/null; }

# The compiler for the tab: $WASM_CARGO and $WASM_RUSTC. WASM_TOOLCHAIN=debian skips rustup.
ensure_wasm() {
  [[ -z ${WASM_CARGO:-} ]] || return 0
  ensure_rust
  local refused="$STAMPS/rustup-refused"
  if [[ ${WASM_TOOLCHAIN:-} != debian ]] && have rustup && [[ $CARGO != /usr/bin/cargo ]]; then
    # Where rustup can't download it may take long to say so: ask once a day.
    if ! has_wasm "$RUSTC" && [[ -z $(find "$refused" -mmin -1440 2>/dev/null) ]]; then
      try "rustup target $WASM" timeout 300 rustup target add "$WASM"
      if ((rc != 0)); then
        touch "$refused"
        echo '  rustup could not download it; going on with the packages of Debian'
      fi
    fi
  fi
  if [[ ${WASM_TOOLCHAIN:-} != debian ]] && has_wasm "$RUSTC"; then
    WASM_CARGO=$CARGO
    WASM_RUSTC=$RUSTC
    return
  fi
  debian_rust "the Rust target $WASM could not be had from rustup"
  ensure_debian_std
  WASM_CARGO=/usr/bin/cargo
  WASM_RUSTC=/usr/bin/rustc
}

# Debian ships the standard library's source, but not built for wasm32.
ensure_debian_std() {
  local version folder
  version=$(/usr/bin/rustc -vV)
  folder=$(dirname "$(/usr/bin/rustc --print target-libdir --target "$WASM")")
  # A std of another compiler can't be linked, so an upgrade of the package asks for a new one.
  if has_wasm /usr/bin/rustc && fresh "$folder/built-by" "$version" && [[ -e $(debian_lld) ]]; then return; fi
  packages "lld-$(sed -n 's/^LLVM version: \([0-9]*\).*/\1/p' <<<"$version")"
  ((rc == 0)) || die "the linker for wasm is missing: apt-get install lld (of rustc's LLVM version)"
  step "std for $WASM" build_debian_std "$folder" "$version"
}

debian_lld() {
  local host
  host=$(/usr/bin/rustc -vV | sed -n 's/^host: //p')
  printf '%s' "$(/usr/bin/rustc --print sysroot)/lib/rustlib/$host/bin/rust-lld"
}

build_debian_std() {
  local folder=$1 version=$2 work="$CACHE/wasm-std" lld
  rm -rf "$work"
  mkdir -p "$work/src"
  printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n' >"$work/Cargo.toml"
  echo '#![no_std]' >"$work/src/lib.rs"
  # The bitcode is what LTO reads; `test` is what `cargo test` links.
  (
    cd "$work"
    RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Cembed-bitcode=yes RUSTC=/usr/bin/rustc /usr/bin/cargo build --release \
      --target "$WASM" --target-dir target -Zbuild-std=std,panic_abort,test
  )
  rm -f "$work/target/$WASM"/release/deps/libempty-*
  as_root rm -rf "$folder"
  as_root mkdir -p "$folder/lib"
  as_root cp "$work/target/$WASM"/release/deps/lib*.rlib "$folder/lib/"
  lld=$(debian_lld)
  as_root mkdir -p "$(dirname "$lld")"
  as_root ln -sf "/usr/bin/lld-$(sed -n 's/^LLVM version: \([0-9]*\).*/\1/p' <<<"$version")" "$lld"
  printf '%s' "$version" | as_root tee "$folder/built-by" >/dev/null
  rm -rf "$work"
}

# Its version must be exactly that of the library that the tab was compiled with.
ensure_wasm_bindgen() {
  local version
  version=$(sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p;}' "$ROOT/Cargo.lock")
  [[ -n $version ]] || die 'Cargo.lock names no wasm-bindgen'
  WASM_BINDGEN="$CACHE/wasm-bindgen-$version"
  [[ -x $WASM_BINDGEN/bin/wasm-bindgen ]] || step "wasm-bindgen-cli $version (some minutes, once)" install_wasm_bindgen "$version"
}

# Without --locked: the lock file it is published with names a version that not every registry has.
install_wasm_bindgen() {
  "$CARGO" install wasm-bindgen-cli --version "$1" --root "$CACHE/wasm-bindgen-$1" --target-dir "$CACHE/wasm-bindgen-build"
  rm -rf "$CACHE/wasm-bindgen-build"
}

ensure_node() {
  need node nodejs
  local key
  key=$(hash_of <"$ROOT/package-lock.json")
  # The stamp is in the folder itself, so that it goes when the folder goes.
  fresh "$ROOT/node_modules/.stamp" "$key" && return
  need npm npm
  step 'npm packages' npm_ci
  stamp "$ROOT/node_modules/.stamp" "$key"
}

npm_ci() {
  cd "$ROOT"
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund
}

# $CHROMIUM: the browser of the browser tests.
ensure_browser() {
  if [[ -z ${CHROMIUM:-} ]]; then
    need chromium chromium
    CHROMIUM=$(command -v chromium)
  fi
  [[ -x $CHROMIUM ]] || die "there is no browser at CHROMIUM=$CHROMIUM"
  export CHROMIUM
  # Without it Japanese and Chinese pages are drawn as boxes.
  if have apt-get; then packages fonts-noto-cjk; fi
}

# $DENY: which crates may be used. Built from its own lock file, so that it is the same everywhere.
ensure_deny() {
  DENY="$CACHE/cargo-deny-$DENY_VERSION/bin/cargo-deny"
  [[ -x $DENY ]] || step "cargo-deny $DENY_VERSION (some minutes, once)" install_deny
}

install_deny() {
  "$CARGO" install cargo-deny --locked --version "$DENY_VERSION" --root "$CACHE/cargo-deny-$DENY_VERSION" \
    --target-dir "$CACHE/cargo-deny-build"
  rm -rf "$CACHE/cargo-deny-build"
}
