//! From the text of a `$filter` to its meaning.

use super::{Expression, Function, Literal, Operator};
use crate::microsoft::refusal::Refusal;

/// Reads a `$filter`.
pub(in crate::microsoft::graph) fn parse(text: &str) -> Result<Expression, Refusal> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, variables: Vec::new(), depth: 0, clauses: 0 };
    let expression = parser.or()?;
    match parser.tokens {
        [] => Ok(expression),
        _ => Err(invalid("Syntax error: unexpected text behind the expression.")),
    }
}

fn invalid(message: &str) -> Refusal {
    Refusal::new(400, "BadRequest", format!("Invalid filter clause: {message}"))
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Close,
    Colon,
    Comma,
    Open,
    Text(String),
    Word(String),
}

fn tokens(text: &str) -> Result<Vec<Token>, Refusal> {
    let mut tokens = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            _ if character.is_whitespace() => {}
            '(' => tokens.push(Token::Open),
            ')' => tokens.push(Token::Close),
            ',' => tokens.push(Token::Comma),
            ':' => tokens.push(Token::Colon),
            '\'' => {
                let mut literal = String::new();
                loop {
                    match rest.next() {
                        Some('\'') if rest.peek() == Some(&'\'') => {
                            rest.next();
                            literal.push('\'');
                        }
                        Some('\'') => break,
                        Some(character) => literal.push(character),
                        None => return Err(invalid("There is an unterminated string literal.")),
                    }
                }
                tokens.push(Token::Text(literal));
            }
            _ => {
                let mut word = String::from(character);
                while let Some(next) = rest.next_if(|next| !next.is_whitespace() && !"(),'".contains(*next)) {
                    word.push(next);
                }
                // `a:a/address` declares a variable; a moment such as 10:00:00 has colons of its own.
                match word.split_once(':') {
                    Some((variable, path)) if variable.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
                        tokens.extend([Token::Word(variable.to_owned()), Token::Colon]);
                        if !path.is_empty() {
                            tokens.push(Token::Word(path.to_owned()));
                        }
                    }
                    _ => tokens.push(Token::Word(word)),
                }
            }
        }
    }
    Ok(tokens)
}

/// How deep brackets and `not` may nest.
const DEPTH: usize = 50;

/// How many comparisons there may be. The service's own limit isn't known.
const CLAUSES: usize = 200;

struct Parser<'a> {
    tokens: &'a [Token],
    variables: Vec<String>,
    depth: usize,
    clauses: usize,
}

impl Parser<'_> {
    fn next(&mut self) -> Result<Token, Refusal> {
        let (first, rest) =
            self.tokens.split_first().ok_or_else(|| invalid("Syntax error: the expression ends too early."))?;
        self.tokens = rest;
        Ok(first.clone())
    }

    fn expect(&mut self, token: &Token) -> Result<(), Refusal> {
        if self.next()? == *token { Ok(()) } else { Err(invalid("Syntax error.")) }
    }

    fn word(&mut self) -> Result<String, Refusal> {
        match self.next()? {
            Token::Word(word) => Ok(word),
            _ => Err(invalid("Syntax error: a name was expected.")),
        }
    }

    fn accept(&mut self, keyword: &str) -> bool {
        let found = matches!(self.tokens.first(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(keyword));
        if found {
            self.tokens = &self.tokens[1..];
        }
        found
    }

    fn or(&mut self) -> Result<Expression, Refusal> {
        let mut left = self.and()?;
        while self.accept("or") {
            left = Expression::Or(Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Expression, Refusal> {
        let mut left = self.unary()?;
        while self.accept("and") {
            left = Expression::And(Box::new(left), Box::new(self.unary()?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expression, Refusal> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(invalid("The expression is too complex."));
        }
        let read = self.nested();
        self.depth -= 1;
        read
    }

    fn nested(&mut self) -> Result<Expression, Refusal> {
        if self.accept("not") {
            return Ok(Expression::Not(Box::new(self.unary()?)));
        }
        if self.tokens.first() == Some(&Token::Open) {
            self.next()?;
            let inner = self.or()?;
            self.expect(&Token::Close)?;
            return Ok(inner);
        }
        self.clauses += 1;
        if self.clauses > CLAUSES {
            return Err(invalid("The expression is too complex."));
        }
        let word = self.word()?;
        if self.tokens.first() == Some(&Token::Open) {
            self.next()?;
            return match (Function::parse(&word), word.rsplit_once('/')) {
                (Some(function), _) => self.function(function),
                (None, Some((collection, any))) if any.eq_ignore_ascii_case("any") => {
                    let collection = self.path(collection)?;
                    self.any(collection)
                }
                _ => Err(invalid(&format!("An unknown function with name '{word}' was found."))),
            };
        }
        let path = self.path(&word)?;
        let operator = self.word()?;
        let operator = Operator::parse(&operator).ok_or_else(|| invalid(&format!("Syntax error at '{operator}'.")))?;
        Ok(Expression::Compare { path, operator, literal: self.literal()? })
    }

    fn function(&mut self, function: Function) -> Result<Expression, Refusal> {
        let word = self.word()?;
        let path = self.path(&word)?;
        self.expect(&Token::Comma)?;
        let Literal::Text(text) = self.literal()? else { return Err(invalid("A string literal was expected.")) };
        self.expect(&Token::Close)?;
        Ok(Expression::Match { function, path, text })
    }

    fn any(&mut self, collection: String) -> Result<Expression, Refusal> {
        // No element of a contact has a collection of its own.
        if !self.variables.is_empty() {
            return Err(invalid("Nested 'any' is not supported."));
        }
        let variable = self.word()?;
        self.expect(&Token::Colon)?;
        self.variables.push(variable);
        let element = self.or()?;
        self.variables.pop();
        self.expect(&Token::Close)?;
        Ok(Expression::Any { collection, element: Box::new(element) })
    }

    /// The path of a word; inside `any` it begins with the variable, which is left out.
    fn path(&self, word: &str) -> Result<String, Refusal> {
        let Some(variable) = self.variables.last() else { return Ok(word.to_owned()) };
        match word.split_once('/') {
            Some((first, rest)) if first == variable => Ok(rest.to_owned()),
            _ if word == variable => Ok(String::new()),
            _ => Err(invalid(&format!("Could not find a property named '{word}'."))),
        }
    }

    fn literal(&mut self) -> Result<Literal, Refusal> {
        match self.next()? {
            Token::Text(text) => Ok(Literal::Text(text)),
            Token::Word(word) if word.eq_ignore_ascii_case("null") => Ok(Literal::Null),
            Token::Word(word) if ["true", "false"].contains(&word.as_str()) => Ok(Literal::Bool(word == "true")),
            Token::Word(word) if word.parse::<f64>().is_ok() || word.parse::<jiff::Timestamp>().is_ok() => {
                Ok(Literal::Bare(word))
            }
            Token::Word(word) => Err(invalid(&format!("Could not find a property named '{word}'."))),
            _ => Err(invalid("Syntax error: a value was expected.")),
        }
    }
}
