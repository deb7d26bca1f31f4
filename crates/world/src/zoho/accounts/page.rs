//! The consent page.

use crate::html::escape;
use crate::zoho::id::Id;
use mxs_http::Response;

/// Who may be signed in.
pub(super) struct Choice {
    pub(super) user: Id,
    pub(super) label: String,
}

fn html(status: u16, title: &str, main: &str) -> Response {
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\
         body{{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:40rem;padding:0 1rem;color:#1b1b1b;background:#fff}}\
         fieldset{{border:1px solid #767676;border-radius:.25rem;margin:1rem 0}}\
         label{{display:block;padding:.25rem 0}}\
         button{{font:inherit;padding:.5rem 1.5rem;margin-right:1rem;border:1px solid #1b1b1b;border-radius:.25rem;background:#fff}}\
         button[value=accept]{{background:#0b57a4;border-color:#0b57a4;color:#fff}}\
         </style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{main}\n</main>\n</body>\n</html>\n"
    );
    Response::new(status).header("Cache-Control", "no-store").body("text/html;charset=UTF-8", page)
}

/// Asks whether the application may do what it wants. The request's own parameters travel along in the
/// form, for the decision is checked as the request was.
pub(super) fn consent(choices: &[Choice], scope: &str, parameters: &[(String, String)]) -> Response {
    let hidden: String = parameters
        .iter()
        .filter(|(name, _)| name != "user" && name != "decision")
        .map(|(name, value)| format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", escape(name), escape(value)))
        .collect();
    let users: String = choices
        .iter()
        .enumerate()
        .map(|(at, choice)| {
            let checked = if at == 0 { " checked" } else { "" };
            format!(
                "<label><input type=\"radio\" name=\"user\" value=\"{}\" required{checked}> {}</label>\n",
                choice.user,
                escape(&choice.label)
            )
        })
        .collect();
    let scopes: String = scope.split(',').map(|scope| format!("<li>{}</li>\n", escape(scope.trim()))).collect();
    let main = format!(
        "<p>An application asks for access to your data (stand-in for Zoho Accounts):</p>\n<ul>\n{scopes}</ul>\n\
         <form method=\"post\" action=\"/oauth/v2/auth\">\n{hidden}\
         <fieldset>\n<legend>Sign in as</legend>\n{users}</fieldset>\n\
         <button type=\"submit\" name=\"decision\" value=\"accept\">Accept</button>\n\
         <button type=\"submit\" name=\"decision\" value=\"reject\">Reject</button>\n</form>"
    );
    html(200, "Allow access", &main)
}

/// Says what is wrong with the request for consent.
pub(super) fn error(reason: &str) -> Response {
    html(400, "Error occurred", &format!("<p role=\"alert\">{}</p>", escape(reason)))
}
