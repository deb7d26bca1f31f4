//! Writes the messages as Rust: an enum of languages, and one function for each message.

use crate::model::{By, Language, Piece, Select, arguments, is_plural_class};
use std::fmt::Write;

/// Messages with this prefix are found by code at run time; each has the attributes `why` and `todo`.
const BY_CODE: &str = "error-";

pub(crate) fn write(languages: &[Language]) -> String {
    let mut out = String::new();
    write_languages(&mut out, languages).expect("a String takes everything");
    write_messages(&mut out, languages).expect("a String takes everything");
    write_explanations(&mut out, languages).expect("a String takes everything");
    out
}

fn write_languages(out: &mut String, languages: &[Language]) -> std::fmt::Result {
    let variants: Vec<(String, &str)> =
        languages.iter().map(|language| (variant(&language.tag), language.tag.as_str())).collect();
    writeln!(out, "/// A language that there are texts in.")?;
    writeln!(out, "#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub(crate) enum Lang {{")?;
    for (name, tag) in &variants {
        writeln!(out, "    /// `{tag}`\n    {name},")?;
    }
    writeln!(out, "}}\n\nimpl Lang {{\n    /// Every language; the first is for those who read none of the others.")?;
    let all: Vec<String> = variants.iter().map(|(name, _)| format!("Lang::{name}")).collect();
    writeln!(out, "    pub(crate) const ALL: [Lang; {}] = [{}];", all.len(), all.join(", "))?;
    writeln!(
        out,
        "\n    /// Its BCP 47 tag.\n    pub(crate) const fn tag(self) -> &'static str {{\n        match self {{"
    )?;
    for (name, tag) in &variants {
        writeln!(out, "            Lang::{name} => {tag:?},")?;
    }
    writeln!(out, "        }}\n    }}\n}}\n")
}

fn write_messages(out: &mut String, languages: &[Language]) -> std::fmt::Result {
    let [reference, ..] = languages else { return Ok(()) };
    writeln!(out, "impl Texts {{")?;
    for (id, pieces) in &reference.messages {
        if id.starts_with(BY_CODE) && id.contains("MXS-") || id.starts_with("error-unknown") {
            continue;
        }
        let arguments = arguments(pieces);
        let parameters: String = arguments
            .iter()
            .map(|(name, number)| format!(", {}: {}", identifier(name), if *number { "u32" } else { "&str" }))
            .collect();
        let result = if arguments.is_empty() { "&'static str" } else { "String" };
        writeln!(out, "    /// {}", summary(pieces))?;
        writeln!(out, "    pub(crate) fn {}(self{parameters}) -> {result} {{", identifier(id))?;
        let body = |language: &Language| match &language.messages[id] {
            pieces if arguments.is_empty() => literal(pieces),
            pieces => joined(pieces),
        };
        writeln!(out, "        {}\n    }}\n", by_language(languages, &body))?;
    }
    writeln!(out, "}}\n")
}

fn write_explanations(out: &mut String, languages: &[Language]) -> std::fmt::Result {
    let [reference, ..] = languages else { return Ok(()) };
    writeln!(out, "impl Texts {{\n    /// What, why and what to do, for a stable code.")?;
    writeln!(
        out,
        "    pub(crate) fn explanation(self, code: &str) -> Option<Explanation> {{\n        Some(match code {{"
    )?;
    let codes = reference.messages.keys().filter_map(|id| id.strip_prefix(BY_CODE));
    for code in codes.filter(|code| !code.contains('.') && (code.starts_with("MXS-") || *code == "unknown")) {
        let body = |language: &Language| {
            let text = |id: String| match language.messages.get(&id) {
                Some(pieces) => literal(pieces),
                None => panic!("{}: {id} is missing", language.tag),
            };
            format!(
                "Explanation {{ what: {}, why: {}, todo: {} }}",
                text(format!("{BY_CODE}{code}")),
                text(format!("{BY_CODE}{code}.why")),
                text(format!("{BY_CODE}{code}.todo"))
            )
        };
        writeln!(out, "            {code:?} => {},", by_language(languages, &body))?;
    }
    writeln!(out, "            _ => return None,\n        }})\n    }}\n}}")
}

/// One expression, or a `match` over the languages when there are several.
fn by_language(languages: &[Language], body: &dyn Fn(&Language) -> String) -> String {
    if let [only] = languages {
        return body(only);
    }
    let arms: String =
        languages.iter().map(|language| format!("Lang::{} => {}, ", variant(&language.tag), body(language))).collect();
    format!("match self.lang {{ {arms}}}")
}

fn joined(pieces: &[Piece]) -> String {
    let parts: Vec<String> = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => format!("{text:?}"),
            Piece::Argument(name) => identifier(name),
            Piece::Number(name) => format!("&number({})", identifier(name)),
            Piece::Select(select) => format!("&{}", selected(select)),
        })
        .collect();
    // A message that is one choice needs no joining of its own.
    match (pieces, parts.as_slice()) {
        ([Piece::Select(_)], [only]) => only[1..].to_owned(),
        _ => format!("join(&[{}])", parts.join(", ")),
    }
}

fn selected(select: &Select) -> String {
    let argument = identifier(&select.argument);
    let default = joined(&select.default);
    let arms = |keys: &dyn Fn(&str) -> bool| -> String {
        let wanted = select.variants.iter().filter(|(key, _)| keys(key));
        wanted
            .map(|(key, text)| {
                let pattern = match select.by {
                    By::Count if is_plural_class(key) => format!("Plural::{}", variant(key)),
                    By::Count => format!("{key}u32"),
                    By::Name => format!("{key:?}"),
                };
                format!("{pattern} => {}, ", joined(text))
            })
            .collect()
    };
    match select.by {
        By::Name => format!("match {argument} {{ {}_ => {default} }}", arms(&|_| true)),
        By::Count => {
            // Fluent takes an exact number before a plural class.
            let classes = format!("match plural({argument}) {{ {}_ => {default} }}", arms(&is_plural_class));
            match arms(&|key| !is_plural_class(key)) {
                exact if exact.is_empty() => classes,
                exact => format!("match {argument} {{ {exact}_ => {classes} }}"),
            }
        }
    }
}

fn literal(pieces: &[Piece]) -> String {
    match pieces {
        [Piece::Text(text)] => format!("{text:?}"),
        _ => panic!("a text without arguments was expected: {}", summary(pieces)),
    }
}

/// The message in one line of documentation.
fn summary(pieces: &[Piece]) -> String {
    let text: String = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.replace(['\n', '\r'], " ").replace(['<', '>', '[', ']'], ""),
            Piece::Argument(name) | Piece::Number(name) => format!("`{name}`"),
            Piece::Select(select) => summary(&select.default),
        })
        .collect();
    text.trim().to_owned()
}

fn identifier(id: &str) -> String {
    id.replace(['-', '.'], "_").to_ascii_lowercase()
}

/// `zh-Hant` becomes `ZhHant`.
fn variant(name: &str) -> String {
    name.split('-')
        .map(|part| {
            let (first, rest) = part.split_at(1);
            format!("{}{rest}", first.to_ascii_uppercase())
        })
        .collect()
}
