# The program that the engine is measured beside, in an environment of its own. Sourced by build.sh.
# shellcheck shell=bash

readonly VDIRSYNCER_VERSION=0.21.0

# $VDIRSYNCER: a Python that has it. Only the benchmarks ask for it.
ensure_vdirsyncer() {
  local folder="$CACHE/vdirsyncer-$VDIRSYNCER_VERSION"
  need python3 python3 python3-venv
  # The program itself is there last, so a folder without it was not finished.
  if [[ ! -x $folder/bin/vdirsyncer ]]; then
    step "vdirsyncer $VDIRSYNCER_VERSION" install_vdirsyncer "$folder"
  fi
  export VDIRSYNCER="$folder/bin/python"
}

install_vdirsyncer() {
  rm -rf "$1"
  python3 -m venv "$1"
  "$1/bin/pip" install --quiet --disable-pip-version-check "vdirsyncer==$VDIRSYNCER_VERSION"
}
