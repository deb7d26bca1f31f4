//! The pages a person sees: sign in, allow, and what went wrong.
//!
//! Plain HTML that works by form POST alone. Like the vendor's, they refuse to be framed: a tab that lives
//! in a frame has to open them in a window of its own.

use super::scopes::permission;
use crate::html::escape;
use mxs_http::Response;

/// Follows the system's light or dark scheme.
const STYLE: &str = "
:root { color-scheme: light dark; --text: light-dark(#1b1b1b, #f2f2f2); --accent: light-dark(#005a9e, #7ab8f5); }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; min-height: 100vh; display: grid; place-items: center;
  background: light-dark(#f2f2f2, #1b1b1b); color: var(--text); }
main { box-sizing: border-box; width: min(27.5rem, 100vw); padding: 2.75rem; background: light-dark(#fff, #292929); }
h1 { font-size: 1.5rem; margin: 0 0 1rem; }
label { display: block; margin-top: 1rem; }
input:not([type=hidden]) { box-sizing: border-box; width: 100%; font: inherit; padding: .5rem;
  border: 1px solid light-dark(#666, #999); background: transparent; color: inherit; }
button { font: inherit; padding: .5rem 1.5rem; margin: 1.5rem .5rem 0 0; border: 1px solid var(--accent);
  background: transparent; color: var(--accent); }
button.main { background: var(--accent); color: light-dark(#fff, #10161c); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
[role=alert] { color: light-dark(#a80000, #ff9b9b); }
dt { font-weight: 600; margin-top: .75rem; }
dd { margin: 0; }
small { overflow-wrap: anywhere; }
";

fn page(status: u16, title: &str, main: &str) -> Response {
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{main}\n</main>\n</body>\n</html>\n",
        escape(title)
    );
    Response::new(status)
        .body("text/html; charset=utf-8", html)
        .header("Cache-Control", "no-store, no-cache")
        .header("X-Frame-Options", "DENY")
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "strict-origin-when-cross-origin")
        .header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
}

/// Asks for account and password. `problem` says why it asks again.
pub(super) fn sign_in(flow: &str, app: &str, account: &str, problem: Option<&str>) -> Response {
    let alert =
        problem.map(|text| format!("<p role=\"alert\" id=\"problem\">{}</p>\n", escape(text))).unwrap_or_default();
    let described = if problem.is_some() { " aria-describedby=\"problem\" aria-invalid=\"true\"" } else { "" };
    let (on_account, on_password) = if account.is_empty() { (" autofocus", "") } else { ("", " autofocus") };
    let main = format!(
        "<h1>Sign in</h1>\n<p>to continue to {}</p>\n{alert}\
         <form method=\"post\" action=\"/common/login\">\n\
         <input type=\"hidden\" name=\"flow\" value=\"{}\">\n\
         <label for=\"login\">Email, phone, or Skype</label>\n\
         <input id=\"login\" name=\"login\" type=\"email\" autocomplete=\"username\" required \
         value=\"{}\"{on_account}{described}>\n\
         <label for=\"passwd\">Password</label>\n\
         <input id=\"passwd\" name=\"passwd\" type=\"password\" autocomplete=\"current-password\" \
         required{on_password}{described}>\n\
         <button class=\"main\" type=\"submit\">Sign in</button>\n</form>",
        escape(app),
        escape(flow),
        escape(account)
    );
    page(200, "Sign in to your account", &main)
}

/// Asks whether the application may have what it asks for.
pub(super) fn consent(flow: &str, app: &str, account: &str, scopes: &[String], organisation: bool) -> Response {
    let listed: Vec<String> = scopes
        .iter()
        .map(|scope| match permission(scope) {
            Some(known) => format!("<dt>{}</dt>\n<dd>{}</dd>", escape(known.title), escape(known.detail)),
            None => format!("<dt>{}</dt>\n<dd>An application permission.</dd>", escape(scope)),
        })
        .collect();
    let whole = if organisation {
        "<p>If you accept, this app will get access to the specified resources for all users in your organization. \
         No one else will be prompted to review these permissions.</p>\n"
    } else {
        ""
    };
    let main = format!(
        "<p>{}</p>\n<h1>Permissions requested</h1>\n<p><strong>{}</strong> would like to:</p>\n<dl>\n{}\n</dl>\n{whole}\
         <form method=\"post\" action=\"/common/Consent/Set\">\n\
         <input type=\"hidden\" name=\"flow\" value=\"{}\">\n\
         <button type=\"submit\" name=\"decision\" value=\"cancel\">Cancel</button>\n\
         <button class=\"main\" type=\"submit\" name=\"decision\" value=\"accept\">Accept</button>\n</form>",
        escape(account),
        escape(app),
        listed.join("\n"),
        escape(flow)
    );
    page(200, "Permissions requested", &main)
}

/// Says that the sign-in can't go on, and why.
pub(super) fn problem(status: u16, description: &str) -> Response {
    let main = format!(
        "<h1>Sign in</h1>\n<p role=\"alert\">Sorry, but we’re having trouble signing you \
            in.</p>\n<p><small>{}</small></p>",
        escape(description)
    );
    page(status, "Sign in to your account", &main)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(response: &Response) -> String {
        String::from_utf8_lossy(&response.body).into_owned()
    }

    #[test]
    fn what_strangers_write_is_shown_as_text() {
        let html = text(&sign_in("f\"><script>", "<b>App</b>", "a'b", Some("<i>")));
        assert!(!html.contains("<script>") && !html.contains("<b>") && !html.contains("<i>"), "{html}");
        assert!(html.contains("value=\"f&quot;&gt;&lt;script&gt;\"") && html.contains("a&#39;b"));
    }

    #[test]
    fn every_field_has_a_label_and_nothing_is_loaded() {
        let html = text(&sign_in("flow", "App", "", None));
        for field in ["login", "passwd"] {
            assert!(html.contains(&format!("for=\"{field}\"")) && html.contains(&format!("id=\"{field}\"")), "{field}");
        }
        assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
        assert!(!html.contains("src=") && !html.contains("href=") && !html.contains("url("));
    }

    #[test]
    fn consent_is_asked_in_words() {
        let html = text(&consent("f", "App", "ada@corp.example", &["Contacts.ReadWrite".into()], false));
        assert!(html.contains("Have full access to your contacts") && !html.contains("Contacts.ReadWrite"));
    }
}
