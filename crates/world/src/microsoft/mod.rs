//! Microsoft identity and Graph.

use crate::Context;
use mxs_http::{Request, Response};

/// The Microsoft half of the world.
#[derive(Default)]
pub struct Microsoft {}

impl Microsoft {
    /// Answers one request.
    pub fn handle(&mut self, _context: &mut Context<'_>, _request: &Request, _in_flight: usize) -> Response {
        Response::new(404)
    }
}
