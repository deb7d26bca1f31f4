//! `sqlx::migrate!` sees changes of the migrations it knows; only this makes it see a new one.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
