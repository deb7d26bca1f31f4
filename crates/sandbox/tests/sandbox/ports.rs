//! Ports: taken, free, and what the program says.

use mxs_sandbox::listen::bind;
use mxs_sandbox::part::{Part, Ports};
use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;

#[tokio::test]
async fn the_system_can_choose_the_ports() {
    let listening = bind(Ports::from_base(0).expect("base 0")).await.expect("free ports");
    let ports = Part::ALL.map(|part| listening.ports.of(part));
    assert!(ports.iter().all(|port| *port > 0), "{ports:?}");
}

#[test]
fn a_taken_port_ends_the_program_with_one_line() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = taken.local_addr().expect("an address").port().to_string();
    // The others are the system's choice, so that only this one can be in use.
    let output = Command::new(env!("CARGO_BIN_EXE_mxs-sandbox"))
        .args(["--port", "0", "--zoho-port", &port])
        .output()
        .expect("the program runs");
    assert!(!output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "nothing is said before every port is taken");
    let said = String::from_utf8_lossy(&output.stderr);
    let expected = format!("mxs-sandbox: port {port} for Zoho is in use: ");
    assert!(said.starts_with(&expected) && said.contains("--port N"), "{said}");
    assert_eq!(said.lines().count(), 1);
}

#[test]
fn a_mistake_on_the_command_line_is_named() {
    let output = Command::new(env!("CARGO_BIN_EXE_mxs-sandbox")).arg("--prot").output().expect("the program runs");
    assert!(!output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "mxs-sandbox: there is no option --prot; --help lists them\n");
}
