//! Texts that nobody expects.

/// How often what floods is repeated.
const FLOOD: usize = 500;

/// What stands where a text belongs, whatever the text is to say.
const SHORT: &[&str] = &[
    "",
    " \t\r\n",
    "\0",
    "a\0b",
    // Marks of order, of direction and of no width.
    "\u{feff}",
    "\u{202e}txet\u{202c}",
    "\u{200b}\u{200d}\u{2060}",
    "\u{10ffff}",
    "\u{fffd}",
    "👨‍👩‍👧‍👦",
    // What other programs read as nothing.
    "null",
    "-None-",
    "undefined",
    // Days that no calendar has, and moments that no clock shows.
    "0000-00-00",
    "0000-01-01",
    "-0001-01-01",
    "2026-02-30",
    "2026-13-01",
    "9999-12-31",
    "10000-01-01",
    "0001-01-01T00:00:00.0000000",
    "2026-06-30T23:59:60Z",
    "2026-01-01T24:00:00Z",
    "2026-02-30T00:00:00+00:00",
    "2026-01-01T00:00:00+99:99",
    "9999-12-31T23:59:59.9999999Z",
    "9999-12-31T23:59:59-14:00",
    "-9999-01-01T00:00:00Z",
    "2026-01-01Té:00",
    // Zones that nobody keeps.
    "Atlantis/Nowhere",
    "tzone://Microsoft/Custom",
    "Customized Time Zone",
    "../../etc/passwd",
    // Rules without a day, or with too many.
    "FREQ=DAILY;COUNT=0",
    "FREQ=DAILY;COUNT=-1",
    "FREQ=DAILY;COUNT=99999999999999999999",
    "FREQ=DAILY;INTERVAL=0",
    "FREQ=DAILY;INTERVAL=4294967295",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=YEARLY;INTERVAL=4294967295;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=MONTHLY;BYSETPOS=366;BYDAY=MO",
    "FREQ=DAILY;UNTIL=00000000",
    "FREQ=DAILY;UNTIL=99999999T999999Z",
    "FREQ=SECONDLY",
    "RRULE:FREQ=DAILY;RRULE:FREQ=DAILY",
    "FREQ=DAILY;FREQ=DAILY;BYDAY=,,,;=;;",
    "FREQ=DAILY;INTERVAL=1;DTSTART=2026-02-30",
    // Marks of nobody.
    "zoho:",
    "zoho:7:",
    "zoho:7:-1",
    "zoho:7:4２",
    "W/\"\"",
    // Markup without an end, and what stands for no letter.
    "<p><!--",
    "<![CDATA[<script>alert(1)</script>",
    "<a href=\"javascript:alert(1)\" onclick=x>",
    "&#x110000;&#0;&#xd800;&bogus;&",
    "%00%zz%",
    "\\ud800",
];

/// Every hostile text, the long ones last.
pub fn texts() -> Vec<String> {
    let mut texts: Vec<String> = SHORT.iter().map(|text| (*text).to_owned()).collect();
    let flood = |text: &str| text.repeat(FLOOD);
    texts.extend([
        flood("a"),
        flood("9"),
        format!("e{}", flood("\u{301}")),
        flood("<p>"),
        flood("&amp;"),
        flood("FREQ=DAILY;"),
        format!("FREQ=WEEKLY;BYDAY={}", flood("MO,")),
        flood("\r\n"),
        flood("T"),
    ]);
    texts
}
