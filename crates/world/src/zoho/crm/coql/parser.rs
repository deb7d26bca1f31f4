//! The grammar of queries.

use super::super::condition::{Condition, Operator};
use super::super::failure::Failure;
use super::lexer::{Kind, Token, tokens};
use serde_json::json;

/// A column of the answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Select {
    pub(super) path: String,
    pub(super) alias: Option<String>,
    /// Whether it is `count(path)`.
    pub(super) count: bool,
}

/// A value in a condition.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    Quoted(String),
    Bare(String),
}

impl Literal {
    pub(super) fn text(&self) -> &str {
        match self {
            Literal::Quoted(text) | Literal::Bare(text) => text,
        }
    }
}

/// A test in a condition.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Test {
    pub(super) path: String,
    pub(super) operator: Operator,
    /// The operator as it was written.
    pub(super) word: String,
    pub(super) values: Vec<Literal>,
}

/// A query that follows the grammar.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Parsed {
    pub(super) columns: Vec<Select>,
    pub(super) module: String,
    pub(super) condition: Condition<Test>,
    /// Columns and whether they descend.
    pub(super) order: Vec<(String, bool)>,
    pub(super) limit: Option<usize>,
    pub(super) offset: Option<usize>,
}

/// Reads a query.
pub(super) fn parse(text: &str) -> Result<Parsed, Failure> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    parser.query()
}

fn not_supported() -> Failure {
    Failure::new(400, "SYNTAX_ERROR", "given coql query not supported", json!({}))
}

fn missing(clause: &str) -> Failure {
    Failure::new(400, "SYNTAX_ERROR", "missing clause", json!({ "clause": clause }))
}

/// How deep parentheses may nest: deeper than any pairing of the tests that a query may have.
const DEPTH: usize = 50;

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    /// The present token; the last is the end, which is never passed.
    fn peek(&self) -> &Token {
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn is(&self, keyword: &str) -> bool {
        matches!(&self.peek().kind, Kind::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    fn skip(&mut self, keyword: &str) -> bool {
        let found = self.is(keyword);
        self.at += usize::from(found);
        found
    }

    fn skip_symbol(&mut self, symbol: &str) -> bool {
        let found = self.peek().kind
            == Kind::Symbol(match SYMBOLS.iter().find(|known| **known == symbol) {
                Some(known) => known,
                None => return false,
            });
        self.at += usize::from(found);
        found
    }

    fn expect_symbol(&mut self, symbol: &str) -> Result<(), Failure> {
        if self.skip_symbol(symbol) { Ok(()) } else { Err(self.peek().unexpected()) }
    }

    fn query(&mut self) -> Result<Parsed, Failure> {
        if !self.skip("select") {
            return Err(not_supported());
        }
        let mut columns = vec![self.column()?];
        while self.skip_symbol(",") {
            columns.push(self.column()?);
        }
        if !self.skip("from") {
            return Err(if self.peek().kind == Kind::End { missing("from") } else { self.peek().unexpected() });
        }
        let module = self.name()?;
        if ["as", "left", "inner", "join"].iter().any(|word| self.is(word)) {
            return Err(not_supported());
        }
        if !self.skip("where") {
            return Err(missing("where"));
        }
        let condition = self.either()?;
        if self.is("and") || self.is("or") {
            // Three tests without parentheses: Zoho wants them in pairs.
            let details = json!({ "near": self.peek().near() });
            return Err(Failure::new(400, "SYNTAX_ERROR", "error occured while parsing the query", details));
        }
        if self.is("group") {
            return Err(not_supported());
        }
        let order = if self.skip("order") { self.order()? } else { Vec::new() };
        let (mut limit, mut offset) = (None, None);
        if self.skip("limit") {
            let first = self.number("limit")?;
            if self.skip_symbol(",") {
                // `limit 10, 5` is five rows from the eleventh on, as in MySQL.
                (offset, limit) = (Some(first), Some(self.number("limit")?));
            } else {
                limit = Some(first);
            }
        }
        if self.skip("offset") {
            offset = Some(self.number("offset")?);
        }
        match self.peek().kind {
            Kind::End => Ok(Parsed { columns, module, condition, order, limit, offset }),
            _ => Err(self.peek().unexpected()),
        }
    }

    /// A name, bare or in quotes, as reserved words have to be.
    fn name(&mut self) -> Result<String, Failure> {
        let token = self.next();
        match token.kind {
            Kind::Word(ref word) if !RESERVED.contains(&word.to_ascii_lowercase().as_str()) => Ok(word.clone()),
            Kind::Quoted(text) => Ok(text),
            _ => Err(token.unexpected()),
        }
    }

    fn column(&mut self) -> Result<Select, Failure> {
        let name = self.name()?;
        let mut column = Select { path: name, alias: None, count: false };
        if self.skip_symbol("(") {
            if !column.path.eq_ignore_ascii_case("count") {
                return Err(not_supported());
            }
            column = Select { path: self.name()?, alias: None, count: true };
            self.expect_symbol(")")?;
        }
        if self.skip("as") {
            column.alias = Some(self.name()?);
        }
        Ok(column)
    }

    /// A test or a condition in parentheses, alone or joined to another one.
    fn either(&mut self) -> Result<Condition<Test>, Failure> {
        let left = self.one()?;
        if self.skip("and") {
            Ok(Condition::And(Box::new(left), Box::new(self.one()?)))
        } else if self.skip("or") {
            Ok(Condition::Or(Box::new(left), Box::new(self.one()?)))
        } else {
            Ok(left)
        }
    }

    fn one(&mut self) -> Result<Condition<Test>, Failure> {
        if self.skip_symbol("(") {
            self.depth += 1;
            if self.depth > DEPTH {
                return Err(not_supported());
            }
            let condition = self.either()?;
            self.expect_symbol(")")?;
            self.depth -= 1;
            return Ok(condition);
        }
        Ok(Condition::Test(self.test()?))
    }

    fn test(&mut self) -> Result<Test, Failure> {
        let path = self.name()?;
        let (operator, word) = self.operator()?;
        let values = match operator {
            Operator::IsNull | Operator::IsNotNull => Vec::new(),
            Operator::Between | Operator::NotBetween => {
                let low = self.literal()?;
                if !self.skip("and") {
                    return Err(self.peek().unexpected());
                }
                vec![low, self.literal()?]
            }
            Operator::In | Operator::NotIn => {
                self.expect_symbol("(")?;
                if self.is("select") {
                    return Err(not_supported());
                }
                let mut values = vec![self.literal()?];
                while self.skip_symbol(",") {
                    values.push(self.literal()?);
                }
                self.expect_symbol(")")?;
                values
            }
            _ => vec![self.literal()?],
        };
        Ok(Test { path, operator, word, values })
    }

    fn operator(&mut self) -> Result<(Operator, String), Failure> {
        let token = self.next();
        let symbol = |operator: Operator, word: &str| Ok((operator, word.to_owned()));
        match &token.kind {
            Kind::Symbol("=") => return symbol(Operator::Equal, "="),
            Kind::Symbol("!=" | "<>") => return symbol(Operator::NotEqual, "!="),
            Kind::Symbol(">") => return symbol(Operator::Greater, ">"),
            Kind::Symbol(">=") => return symbol(Operator::GreaterEqual, ">="),
            Kind::Symbol("<") => return symbol(Operator::Less, "<"),
            Kind::Symbol("<=") => return symbol(Operator::LessEqual, "<="),
            Kind::Word(word) if word.eq_ignore_ascii_case("in") => return symbol(Operator::In, "in"),
            Kind::Word(word) if word.eq_ignore_ascii_case("like") => return symbol(Operator::Like, "like"),
            Kind::Word(word) if word.eq_ignore_ascii_case("between") => return symbol(Operator::Between, "between"),
            Kind::Word(word) if word.eq_ignore_ascii_case("is") => {
                let not = self.skip("not");
                if self.skip("null") {
                    let (operator, word) =
                        if not { (Operator::IsNotNull, "is not null") } else { (Operator::IsNull, "is null") };
                    return symbol(operator, word);
                }
                return Err(self.peek().unexpected());
            }
            Kind::Word(word) if word.eq_ignore_ascii_case("not") => {
                for (word, operator, name) in [
                    ("in", Operator::NotIn, "not in"),
                    ("like", Operator::NotLike, "not like"),
                    ("between", Operator::NotBetween, "not between"),
                ] {
                    if self.skip(word) {
                        return symbol(operator, name);
                    }
                }
                let details = json!({ "operator": "not" });
                return Err(Failure::new(400, "SYNTAX_ERROR", "operator not supported", details));
            }
            _ => {}
        }
        Err(token.unexpected())
    }

    fn literal(&mut self) -> Result<Literal, Failure> {
        let token = self.next();
        match token.kind {
            Kind::Quoted(text) => Ok(Literal::Quoted(text)),
            Kind::Number(text) => Ok(Literal::Bare(text)),
            Kind::Word(ref word) if ["true", "false"].contains(&word.to_ascii_lowercase().as_str()) => {
                Ok(Literal::Bare(word.to_ascii_lowercase()))
            }
            Kind::Symbol("(") if self.is("select") => Err(not_supported()),
            _ => Err(token.unexpected()),
        }
    }

    fn order(&mut self) -> Result<Vec<(String, bool)>, Failure> {
        if !self.skip("by") {
            return Err(self.peek().unexpected());
        }
        let mut order = Vec::new();
        loop {
            let column = self.name()?;
            let descends = self.skip("desc");
            if !descends {
                self.skip("asc");
            }
            order.push((column, descends));
            if !self.skip_symbol(",") {
                return Ok(order);
            }
        }
    }

    fn number(&mut self, clause: &str) -> Result<usize, Failure> {
        let token = self.next();
        let number = match &token.kind {
            Kind::Number(text) => text.parse().ok(),
            _ => None,
        };
        number.ok_or_else(|| {
            let message = format!("{clause} given seems to be invalid");
            Failure::new(400, "INVALID_QUERY", &message, json!({ clause: token.near() }))
        })
    }
}

const SYMBOLS: [&str; 3] = ["(", ")", ","];

/// Words that are no names unless they stand in quotes.
const RESERVED: [&str; 22] = [
    "select", "from", "where", "and", "or", "not", "in", "like", "is", "null", "between", "order", "by", "group",
    "limit", "offset", "asc", "desc", "as", "join", "external", "distinct",
];
