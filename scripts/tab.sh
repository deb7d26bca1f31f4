# The tab and its worker: compiled, bound to JavaScript, made small, put together in dist/tab. Sourced by build.sh.
# shellcheck shell=bash

# Its own folder: this may be another compiler than the native one, and each would undo the other's work.
readonly WASM_TARGET="$CARGO_TARGET_DIR/wasm"
readonly BOUND="$CARGO_TARGET_DIR/tab"
readonly TAB="$ROOT/dist/tab"

build_tab() {
  ensure_wasm
  ensure_wasm_bindgen
  ensure_node
  build_program tab ms-exchange-sync
  build_program worker mxs-worker
  local key
  key=$(hash_tree "$ROOT/www" "$BOUND" "$ROOT/scripts")
  if ! fresh "$ROOT/dist/.tab-stamp" "$key" || [[ ! -d $TAB ]]; then
    step 'tab (files, compressed)' assemble_tab
    stamp "$ROOT/dist/.tab-stamp" "$key"
  fi
}

# build_program LABEL PACKAGE: the package as a wasm program with its JavaScript, in $BOUND/LABEL.
build_program() {
  local file key
  file="$WASM_TARGET/$WASM/release/${2//-/_}.wasm"
  step "$1 (wasm)" compile_program "$2"
  key=$( (
    "$WASM_BINDGEN/bin/wasm-bindgen" --version
    cat "$file" "$ROOT/package-lock.json" "$ROOT/scripts/tab.sh"
  ) | hash_of)
  fresh "$BOUND/$1/.stamp" "$key" && return
  step "$1 (wasm-bindgen, wasm-opt)" bind_program "$file" "$BOUND/$1"
  stamp "$BOUND/$1/.stamp" "$key"
}

# `cargo rustc` for one crate type alone: for a library that is an rlib too, cargo leaves LTO out.
compile_program() {
  cd "$ROOT"
  local sources="${CARGO_HOME:-$HOME/.cargo}/registry/src" folder flags
  compgen -G "$sources/*/" >/dev/null || "$WASM_CARGO" fetch --target "$WASM"
  # The builder's own paths would end up in the texts of panics, and so in the file that every user downloads.
  flags="--remap-path-prefix=$ROOT=."
  for folder in "$sources"/*/; do flags+=$'\x1f'"--remap-path-prefix=$folder="; done
  CARGO_ENCODED_RUSTFLAGS=$flags RUSTC=$WASM_RUSTC "$WASM_CARGO" rustc --release --lib --crate-type cdylib \
    --target "$WASM" --target-dir "$WASM_TARGET" -p "$1"
}

# bind_program FILE FOLDER
bind_program() {
  local name
  name=$(basename "$1" .wasm)
  rm -rf "$2"
  mkdir -p "$2"
  "$WASM_BINDGEN/bin/wasm-bindgen" --target web --no-typescript --out-dir "$2" --out-name "$name" "$1"
  # Which features may be used is read from the file: rustc writes them there.
  node "$ROOT/node_modules/binaryen/bin/wasm-opt" -Oz --strip-debug --strip-producers --strip-target-features \
    "$2/${name}_bg.wasm" -o "$2/small.wasm"
  mv "$2/small.wasm" "$2/${name}_bg.wasm"
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
  cp -R "$ROOT/www/." "$BOUND"/*/*.js "$BOUND"/*/*.wasm "$next/"
  local snippets
  for snippets in "$BOUND"/*/snippets; do
    if [[ -d $snippets ]]; then cp -R "$snippets" "$next/"; fi
  done
  node "$ROOT/scripts/compress.mjs" "$next"
  rm -rf "$TAB"
  mv "$next" "$TAB"
}
