//! Turns the messages in `locales/` into typed functions, so that a text that is missing, or called with the
//! wrong arguments, is a compile error, and no Fluent parser is downloaded by anybody.

#[path = "build/model.rs"]
mod model;
#[path = "build/rust.rs"]
mod rust;

use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-changed=build");
    let languages = match model::read(Path::new("locales")) {
        Ok(languages) => languages,
        Err(problem) => panic!("locales: {problem}"),
    };
    let folder = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&folder).join("texts.rs"), rust::write(&languages)).expect("OUT_DIR is writable");
}
