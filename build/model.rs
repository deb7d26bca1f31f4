//! The messages as the generator needs them, read from Fluent files.
//!
//! Of Fluent's syntax it takes texts, `{ $name }`, `{ NUMBER($count) }`, references to terms and messages,
//! and selection by a name or by a count. Anything else ends the build with the message's id.

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The language that the others are held against.
const REFERENCE: &str = "en";

/// One language's messages, by id; an attribute is `id.attribute`.
pub(crate) struct Language {
    pub(crate) tag: String,
    pub(crate) messages: BTreeMap<String, Vec<Piece>>,
}

/// A part of a message.
pub(crate) enum Piece {
    Text(String),
    /// `{ $name }`
    Argument(String),
    /// `{ NUMBER($name) }`
    Number(String),
    Select(Select),
}

/// `{ $name -> … }`
pub(crate) struct Select {
    pub(crate) argument: String,
    pub(crate) by: By,
    /// Key and text, without the default.
    pub(crate) variants: Vec<(String, Vec<Piece>)>,
    pub(crate) default: Vec<Piece>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// The keys are numbers or plural classes.
    Count,
    /// The keys are words.
    Name,
}

type Raw = BTreeMap<String, Pattern<String>>;

/// Reads every language below `folder`; the reference is the first.
pub(crate) fn read(folder: &Path) -> Result<Vec<Language>, String> {
    let mut languages = Vec::new();
    let entries = fs::read_dir(folder).map_err(|error| error.to_string())?;
    for entry in entries.flatten().filter(|entry| entry.path().is_dir()) {
        languages.push(read_language(&entry.path())?);
    }
    languages.sort_by_key(|language| (language.tag != REFERENCE, language.tag.clone()));
    let [reference, others @ ..] = languages.as_slice() else { return Err("there is no language".into()) };
    for other in others {
        compare(reference, other)?;
    }
    Ok(languages)
}

fn read_language(folder: &Path) -> Result<Language, String> {
    let tag = folder.file_name().and_then(|name| name.to_str()).ok_or("a folder's name is not UTF-8")?.to_owned();
    let mut raw = Raw::new();
    let mut files: Vec<_> = fs::read_dir(folder).map_err(|error| error.to_string())?.flatten().collect();
    files.sort_by_key(|file| file.path());
    for file in files {
        let text = fs::read_to_string(file.path()).map_err(|error| error.to_string())?;
        let place = file.path().display().to_string();
        let resource = fluent_syntax::parser::parse(text).map_err(|(_, errors)| format!("{place}: {}", errors[0]))?;
        for entry in resource.body {
            match entry {
                Entry::Message(message) => {
                    let id = message.id.name;
                    for attribute in message.attributes {
                        put(&mut raw, format!("{id}.{}", attribute.id.name), attribute.value)?;
                    }
                    if let Some(value) = message.value {
                        put(&mut raw, id, value)?;
                    }
                }
                Entry::Term(term) => put(&mut raw, format!("-{}", term.id.name), term.value)?,
                Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
                Entry::Junk { content } => return Err(format!("{place}: can't read: {content}")),
            }
        }
    }
    let mut messages = BTreeMap::new();
    for (id, pattern) in raw.iter().filter(|(id, _)| !id.starts_with('-')) {
        let pieces = pieces(pattern, &raw).map_err(|problem| format!("{tag}: {id}: {problem}"))?;
        messages.insert(id.clone(), pieces);
    }
    Ok(Language { tag, messages })
}

fn put(raw: &mut Raw, id: String, pattern: Pattern<String>) -> Result<(), String> {
    match raw.insert(id.clone(), pattern) {
        Some(_) => Err(format!("{id} is there twice")),
        None => Ok(()),
    }
}

fn pieces(pattern: &Pattern<String>, raw: &Raw) -> Result<Vec<Piece>, String> {
    let mut found: Vec<Piece> = Vec::new();
    for element in &pattern.elements {
        let more = match element {
            PatternElement::TextElement { value } => vec![Piece::Text(value.clone())],
            PatternElement::Placeable { expression } => placeable(expression, raw)?,
        };
        for piece in more {
            match (found.last_mut(), piece) {
                (Some(Piece::Text(before)), Piece::Text(text)) => before.push_str(&text),
                (_, piece) => found.push(piece),
            }
        }
    }
    Ok(found)
}

fn placeable(expression: &Expression<String>, raw: &Raw) -> Result<Vec<Piece>, String> {
    match expression {
        Expression::Inline(InlineExpression::StringLiteral { value }) => Ok(vec![Piece::Text(value.clone())]),
        Expression::Inline(InlineExpression::VariableReference { id }) => Ok(vec![Piece::Argument(id.name.clone())]),
        Expression::Inline(InlineExpression::FunctionReference { id, arguments }) => {
            match (id.name.as_str(), arguments.positional.as_slice(), arguments.named.as_slice()) {
                ("NUMBER", [InlineExpression::VariableReference { id }], []) => {
                    Ok(vec![Piece::Number(id.name.clone())])
                }
                (name, _, _) => Err(format!("{name} can't be called like this")),
            }
        }
        Expression::Inline(InlineExpression::TermReference { id, attribute: None, arguments: None }) => {
            let name = format!("-{}", id.name);
            pieces(raw.get(&name).ok_or(format!("there is no {name}"))?, raw)
        }
        Expression::Inline(InlineExpression::MessageReference { id, attribute: None }) => {
            pieces(raw.get(&id.name).ok_or(format!("there is no {}", id.name))?, raw)
        }
        Expression::Select { selector: InlineExpression::VariableReference { id }, variants } => {
            let mut select =
                Select { argument: id.name.clone(), by: By::Name, variants: Vec::new(), default: Vec::new() };
            for variant in variants {
                let text = pieces(&variant.value, raw)?;
                let (key, counts) = match &variant.key {
                    VariantKey::NumberLiteral { value } => (value.clone(), true),
                    VariantKey::Identifier { name } => (name.clone(), is_plural_class(name) && name != "other"),
                };
                if counts {
                    select.by = By::Count;
                }
                if variant.default {
                    select.default = text;
                } else {
                    select.variants.push((key, text));
                }
            }
            Ok(vec![Piece::Select(select)])
        }
        Expression::Inline(_) | Expression::Select { .. } => Err("this kind of placeable is not supported".into()),
    }
}

/// Whether `name` is one of Unicode's plural classes.
pub(crate) fn is_plural_class(name: &str) -> bool {
    matches!(name, "zero" | "one" | "two" | "few" | "many" | "other")
}

/// The arguments of a message by name; `true` for a number. Their order is the alphabet's and not that of
/// their use, so that a text can be rewritten without exchanging two of them.
pub(crate) fn arguments(pieces: &[Piece]) -> Vec<(String, bool)> {
    let mut found = BTreeMap::new();
    collect(pieces, &mut found);
    found.into_iter().collect()
}

fn collect(pieces: &[Piece], found: &mut BTreeMap<String, bool>) {
    for piece in pieces {
        match piece {
            Piece::Text(_) => {}
            Piece::Argument(name) => {
                found.entry(name.clone()).or_insert(false);
            }
            Piece::Number(name) => {
                found.insert(name.clone(), true);
            }
            Piece::Select(select) => {
                *found.entry(select.argument.clone()).or_insert(false) |= select.by == By::Count;
                select.variants.iter().for_each(|(_, text)| collect(text, found));
                collect(&select.default, found);
            }
        }
    }
}

/// Every language must have the reference's messages with the same arguments, and no others.
fn compare(reference: &Language, other: &Language) -> Result<(), String> {
    for (id, pieces) in &reference.messages {
        let theirs = other.messages.get(id).ok_or(format!("{}: {id} is missing", other.tag))?;
        if arguments(theirs) != arguments(pieces) {
            return Err(format!("{}: {id} has other arguments than in {}", other.tag, reference.tag));
        }
    }
    match other.messages.keys().find(|id| !reference.messages.contains_key(*id)) {
        Some(id) => Err(format!("{}: {id} is not in {}", other.tag, reference.tag)),
        None => Ok(()),
    }
}
