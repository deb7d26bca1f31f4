//! Zoho accounts and CRM.

use crate::Context;
use mxs_http::{Request, Response};

/// The Zoho half of the world.
#[derive(Default)]
pub struct Zoho {}

impl Zoho {
    /// Answers one request.
    pub fn handle(&mut self, _context: &mut Context<'_>, _request: &Request, _in_flight: usize) -> Response {
        Response::new(404)
    }
}
