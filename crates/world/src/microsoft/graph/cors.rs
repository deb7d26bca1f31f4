//! What browsers may see.
//!
//! Graph lets pages of every origin in; the token, not the origin, decides.

use mxs_http::{Request, Response};

/// Fields that a page may read, from a captured answer of the service.
const EXPOSED: &str = "ETag, Location, Preference-Applied, Content-Range, request-id, client-request-id, \
                       ReadWriteConsistencyToken, Retry-After, SdkVersion, WWW-Authenticate, x-ms-client-gcc-tenant, \
                       X-Planner-OperationalId, x-ms-permissions-consistency";

/// Answers a preflight.
pub(super) fn preflight(request: &Request) -> Response {
    let asked = |name: &str, otherwise: &str| request.headers.get(name).unwrap_or(otherwise).to_owned();
    let response = Response::new(200);
    if request.headers.get("Origin").is_none() {
        return response;
    }
    response
        .header("Access-Control-Allow-Origin", "*")
        .header(
            "Access-Control-Allow-Methods",
            asked("Access-Control-Request-Method", "GET, POST, PATCH, PUT, DELETE, OPTIONS"),
        )
        .header("Access-Control-Allow-Headers", asked("Access-Control-Request-Headers", "authorization,content-type"))
        .header("Access-Control-Max-Age", "3600")
}

/// Lets the page that asked read the answer.
pub(in crate::microsoft) fn open(request: &Request, response: Response) -> Response {
    if request.headers.get("Origin").is_none() {
        return response;
    }
    response.header("Access-Control-Allow-Origin", "*").header("Access-Control-Expose-Headers", EXPOSED)
}
