//! What JSON promises to hold.
//!
//! What isn't of its type must not be taken for "nothing": it would be emptied on the other side.

use serde_json::{Map, Value};

/// What a member holds, where it holds something.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// `true` or `false`.
    Flag,
    /// An object.
    Object(Members),
    /// A list of objects.
    Objects(Members),
    /// A text.
    Text,
    /// A list of texts.
    Texts,
}

/// Names and what is held by them. What isn't named may be anything.
pub(crate) type Members = &'static [(&'static str, Shape)];

/// Whether each of the members is there in its shape, or `null`, or missing.
pub(crate) fn fits(object: &Map<String, Value>, members: Members) -> bool {
    members.iter().all(|(name, shape)| shape.fits(object.get(*name)))
}

impl Shape {
    /// Whether a member holds this, or nothing.
    pub(crate) fn fits(self, value: Option<&Value>) -> bool {
        match (self, value) {
            (_, None | Some(Value::Null)) | (Shape::Text, Some(Value::String(_))) => true,
            (Shape::Flag, Some(Value::Bool(_))) => true,
            (Shape::Texts, Some(Value::Array(texts))) => texts.iter().all(Value::is_string),
            (Shape::Object(members), Some(Value::Object(object))) => fits(object, members),
            (Shape::Objects(members), Some(Value::Array(objects))) => {
                objects.iter().all(|object| object.as_object().is_some_and(|object| fits(object, members)))
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_there_is_of_its_type() {
        const PART: Members = &[("city", Shape::Text)];
        let cases = [
            (Shape::Text, json!("x"), true),
            (Shape::Text, json!(5), false),
            (Shape::Text, json!({}), false),
            (Shape::Flag, json!(false), true),
            (Shape::Flag, json!("false"), false),
            (Shape::Texts, json!(["x", ""]), true),
            (Shape::Texts, json!([]), true),
            (Shape::Texts, json!(["x", null]), false),
            (Shape::Texts, json!("x"), false),
            (Shape::Object(PART), json!({ "city": null, "more": 5 }), true),
            (Shape::Object(PART), json!({ "city": [] }), false),
            (Shape::Object(PART), json!([]), false),
            (Shape::Objects(PART), json!([{}, { "city": "x" }]), true),
            (Shape::Objects(PART), json!([{}, null]), false),
            (Shape::Objects(PART), json!({ "city": "x" }), false),
        ];
        for (shape, value, wanted) in cases {
            assert_eq!(shape.fits(Some(&value)), wanted, "{shape:?} {value}");
        }
        assert!(Shape::Text.fits(None) && Shape::Objects(PART).fits(Some(&Value::Null)));
    }
}
