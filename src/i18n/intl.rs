//! Numbers, plural classes and times, by the browser's `Intl`.

/// Unicode's plural classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(target_arch = "wasm32"), expect(dead_code, reason = "only a browser knows them all"))]
pub(crate) enum Plural {
    Zero,
    One,
    Two,
    Few,
    Many,
    Other,
}

/// How long ago something was, in the largest unit that fits: (`-3`, `hour`).
fn unit_of(seconds_ago: i64) -> (i64, &'static str) {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    // A clock that runs behind the server's must not say "in 2 seconds".
    let ago = seconds_ago.max(0);
    match ago {
        // "Now" up to here: nobody needs the seconds.
        0..10 => (0, "second"),
        10..MINUTE => (-ago, "second"),
        MINUTE..HOUR => (-(ago / MINUTE), "minute"),
        HOUR..DAY => (-(ago / HOUR), "hour"),
        _ => (-(ago / DAY), "day"),
    }
}

#[cfg(target_arch = "wasm32")]
mod web {
    use super::{Plural, unit_of};
    use js_sys::Intl::{DateTimeFormat, NumberFormat, PluralRules, RelativeTimeFormat};
    use js_sys::{Array, Date, Object, Reflect};
    use std::cell::RefCell;
    use wasm_bindgen::JsValue;
    use wasm_bindgen::prelude::wasm_bindgen;

    #[wasm_bindgen]
    extern "C" {
        /// js-sys has it too, without saying that it throws.
        #[wasm_bindgen(js_namespace = Intl, js_name = getCanonicalLocales, catch)]
        fn canonical_locales(locale: &str) -> Result<Array, JsValue>;
    }

    /// The page's formatters. A page has one locale, and making a formatter is slow.
    struct Formats {
        number: NumberFormat,
        plural: PluralRules,
        relative: RelativeTimeFormat,
        exact: DateTimeFormat,
    }

    thread_local! {
        static FORMATS: RefCell<Option<Formats>> = const { RefCell::new(None) };
    }

    impl Formats {
        fn new(locales: &Array) -> Self {
            let options = |pairs: &[(&str, &str)]| {
                let object = Object::new();
                for (name, value) in pairs {
                    // A plain object takes every property.
                    let _ = Reflect::set(&object, &(*name).into(), &(*value).into());
                }
                object
            };
            Self {
                number: NumberFormat::new(locales, &Object::new()),
                plural: PluralRules::new(locales, &Object::new()),
                relative: RelativeTimeFormat::new(locales, &options(&[("numeric", "auto")])),
                exact: DateTimeFormat::new(locales, &options(&[("dateStyle", "medium"), ("timeStyle", "short")])),
            }
        }
    }

    fn with<T>(act: impl FnOnce(&Formats) -> T) -> T {
        FORMATS.with_borrow_mut(|formats| act(formats.get_or_insert_with(|| Formats::new(&Array::new()))))
    }

    /// Uses `locale` (BCP 47) from now on; one that the browser does not know is ignored.
    pub(crate) fn use_locale(locale: &str) {
        if let Ok(known) = canonical_locales(locale) {
            FORMATS.set(Some(Formats::new(&known)));
        }
    }

    /// A number with the locale's digits and separators.
    pub(crate) fn number(value: u32) -> String {
        with(|formats| formats.number.format().call1(&JsValue::UNDEFINED, &value.into()))
            .ok()
            .and_then(|text| text.as_string())
            .unwrap_or_default()
    }

    pub(crate) fn plural(value: u32) -> Plural {
        let class = with(|formats| formats.plural.select(f64::from(value)));
        match class.as_string().as_deref() {
            Some("zero") => Plural::Zero,
            Some("one") => Plural::One,
            Some("two") => Plural::Two,
            Some("few") => Plural::Few,
            Some("many") => Plural::Many,
            _ => Plural::Other,
        }
    }

    /// Like "2 minutes ago".
    pub(crate) fn relative_time(seconds_ago: i64) -> String {
        let (value, unit) = unit_of(seconds_ago);
        with(|formats| formats.relative.format(value as f64, unit)).into()
    }

    /// Like "21 Nov 2026, 10:15", in the browser's time zone. `seconds` are since 1970.
    pub(crate) fn exact_time(seconds: i64) -> String {
        let date = Date::new(&(seconds as f64 * 1000.0).into());
        with(|formats| formats.exact.format().call1(&JsValue::UNDEFINED, &date))
            .ok()
            .and_then(|text| text.as_string())
            .unwrap_or_default()
    }
}

/// For tests that run without a browser: English.
#[cfg(not(target_arch = "wasm32"))]
mod web {
    use super::{Plural, unit_of};

    pub(crate) fn use_locale(_locale: &str) {}

    pub(crate) fn number(value: u32) -> String {
        let digits = value.to_string();
        let groups: Vec<&str> =
            digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap_or_default()).collect();
        groups.join(",")
    }

    pub(crate) fn plural(value: u32) -> Plural {
        if value == 1 { Plural::One } else { Plural::Other }
    }

    pub(crate) fn relative_time(seconds_ago: i64) -> String {
        let (value, unit) = unit_of(seconds_ago);
        format!("{} {unit} ago", -value)
    }

    pub(crate) fn exact_time(seconds: i64) -> String {
        mxs_core::Instant::from_seconds(seconds).to_string()
    }
}

pub(crate) use web::{exact_time, number, plural, relative_time, use_locale};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_unit_that_fits_is_used() {
        for (seconds, expected) in [
            (-5, (0, "second")),
            (0, (0, "second")),
            (59, (-59, "second")),
            (60, (-1, "minute")),
            (3_599, (-59, "minute")),
            (3_600, (-1, "hour")),
            (86_400, (-1, "day")),
            (86_400 * 40, (-40, "day")),
        ] {
            assert_eq!(unit_of(seconds), expected, "{seconds}");
        }
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(number), ["0", "999", "1,000", "1,234,567"]);
    }
}
