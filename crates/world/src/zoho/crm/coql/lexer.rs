//! Words of a query.

use super::super::failure::Failure;
use serde_json::json;

/// A word.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// A name or a keyword.
    Word(String),
    /// Text in single or double quotes, which are doubled where they stand for themselves.
    Quoted(String),
    /// A number.
    Number(String),
    /// A parenthesis, a comma or a comparison.
    Symbol(&'static str),
    /// The end.
    End,
}

/// A word and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) line: usize,
    pub(super) column: usize,
}

impl Token {
    /// What an error message calls the word.
    pub(super) fn near(&self) -> &str {
        match &self.kind {
            Kind::Word(text) | Kind::Quoted(text) | Kind::Number(text) => text,
            Kind::Symbol(text) => text,
            Kind::End => "EOF",
        }
    }

    pub(super) fn unexpected(&self) -> Failure {
        unexpected(self.line, self.column, self.near())
    }
}

fn unexpected(line: usize, column: usize, near: &str) -> Failure {
    let details = json!({ "line": line, "column": column, "near": near });
    Failure::new(400, "SYNTAX_ERROR", "unexpected token", details)
}

const SYMBOLS: [&str; 10] = ["!=", "<>", "<=", ">=", "(", ")", ",", "=", "<", ">"];

/// Takes a query apart.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Failure> {
    let (mut tokens, mut rest, mut line, mut column) = (Vec::new(), text, 1, 1);
    loop {
        let blank = rest.len() - rest.trim_start().len();
        for letter in rest[..blank].chars() {
            (line, column) = if letter == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        rest = &rest[blank..];
        let Some(first) = rest.chars().next() else {
            tokens.push(Token { kind: Kind::End, line, column });
            return Ok(tokens);
        };
        let (kind, length) = if first == '\'' || first == '"' {
            quoted(rest, first).ok_or_else(|| unexpected(line, column, &first.to_string()))?
        } else if let Some(symbol) = SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol)) {
            (Kind::Symbol(symbol), symbol.len())
        } else if first.is_ascii_digit() || first == '-' {
            let length = 1 + rest[1..].bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
            (Kind::Number(rest[..length].to_owned()), length)
        } else if first.is_alphabetic() || first == '_' || first == '$' {
            let word = |letter: char| letter.is_alphanumeric() || "_.$".contains(letter);
            let length = rest.find(|letter| !word(letter)).unwrap_or(rest.len());
            (Kind::Word(rest[..length].to_owned()), length)
        } else {
            return Err(unexpected(line, column, &first.to_string()));
        };
        tokens.push(Token { kind, line, column });
        for letter in rest[..length].chars() {
            (line, column) = if letter == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        rest = &rest[length..];
    }
}

/// Text in quotes at the start of `rest`, and how much of `rest` it takes.
fn quoted(rest: &str, quote: char) -> Option<(Kind, usize)> {
    let mut text = String::new();
    let mut letters = rest.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter != quote {
            text.push(letter);
        } else if letters.next_if(|(_, next)| *next == quote).is_some() {
            text.push(quote);
        } else {
            return Some((Kind::Quoted(text), at + 1));
        }
    }
    None
}
