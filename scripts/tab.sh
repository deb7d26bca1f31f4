# The tab: compiled, bound to JavaScript, made small, put together in dist/tab. Sourced by build.sh.
# shellcheck shell=bash

# Its own folder: this may be another compiler than the native one, and each would undo the other's work.
readonly WASM_TARGET="$CARGO_TARGET_DIR/wasm"
readonly WASM_FILE="$WASM_TARGET/$WASM/release/ms_exchange_sync.wasm"
readonly BOUND="$CARGO_TARGET_DIR/tab"
readonly TAB="$ROOT/dist/tab"

build_tab() {
  ensure_wasm
  ensure_wasm_bindgen
  ensure_node
  step 'tab (wasm)' compile_tab
  local key
  key=$( (
    "$WASM_BINDGEN/bin/wasm-bindgen" --version
    cat "$WASM_FILE" "$ROOT/package-lock.json" "$ROOT/scripts/tab.sh"
  ) | hash_of)
  if ! fresh "$BOUND/.stamp" "$key"; then
    step 'tab (wasm-bindgen, wasm-opt)' bind_tab
    stamp "$BOUND/.stamp" "$key"
  fi
  key=$(hash_tree "$ROOT/www" "$BOUND" "$ROOT/scripts")
  if ! fresh "$ROOT/dist/.tab-stamp" "$key" || [[ ! -d $TAB ]]; then
    step 'tab (files, compressed)' assemble_tab
    stamp "$ROOT/dist/.tab-stamp" "$key"
  fi
}

# `cargo rustc` for one crate type alone: for a library that is an rlib too, cargo leaves LTO out.
compile_tab() {
  cd "$ROOT"
  local sources="${CARGO_HOME:-$HOME/.cargo}/registry/src" folder flags
  compgen -G "$sources/*/" >/dev/null || "$WASM_CARGO" fetch --target "$WASM"
  # The builder's own paths would end up in the texts of panics, and so in the file that every user downloads.
  flags="--remap-path-prefix=$ROOT=."
  for folder in "$sources"/*/; do flags+=$'\x1f'"--remap-path-prefix=$folder="; done
  CARGO_ENCODED_RUSTFLAGS=$flags RUSTC=$WASM_RUSTC "$WASM_CARGO" rustc --release --lib --crate-type cdylib \
    --target "$WASM" --target-dir "$WASM_TARGET" -p ms-exchange-sync
}

bind_tab() {
  rm -rf "$BOUND"
  mkdir -p "$BOUND"
  "$WASM_BINDGEN/bin/wasm-bindgen" --target web --no-typescript --out-dir "$BOUND" --out-name ms_exchange_sync "$WASM_FILE"
  # Which features may be used is read from the file: rustc writes them there.
  node "$ROOT/node_modules/binaryen/bin/wasm-opt" -Oz --strip-debug --strip-producers --strip-target-features \
    "$BOUND/ms_exchange_sync_bg.wasm" -o "$BOUND/small.wasm"
  mv "$BOUND/small.wasm" "$BOUND/ms_exchange_sync_bg.wasm"
}

# Made beside the old folder and swapped in, so that a sandbox that serves it never sees half of it.
assemble_tab() {
  local next="$ROOT/dist/tab.next"
  [[ -f $ROOT/www/index.html ]] || {
    echo 'www/index.html is missing: the tab has no page to start from'
    return 1
  }
  rm -rf "$next"
  mkdir -p "$next"
  cp -R "$ROOT/www/." "$BOUND"/*.js "$BOUND"/*.wasm "$next/"
  if [[ -d $BOUND/snippets ]]; then cp -R "$BOUND/snippets" "$next/"; fi
  node "$ROOT/scripts/compress.mjs" "$next"
  rm -rf "$TAB"
  mv "$next" "$TAB"
}
