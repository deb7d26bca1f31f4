//! The organisation's people: CRM users and mailbox owners alike.

/// A CRM profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// May install extensions.
    Administrator,
    /// Standard users who sell.
    Sales,
    /// Standard users who help.
    Support,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 3] = [Self::Administrator, Self::Sales, Self::Support];

    /// Its name in the CRM.
    pub const fn name(self) -> &'static str {
        match self {
            Profile::Administrator => "Administrator",
            Profile::Sales => "Sales",
            Profile::Support => "Support",
        }
    }
}

/// One person.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    /// The Microsoft object id.
    pub object_id: &'static str,
    /// Given name.
    pub given: &'static str,
    /// Family name.
    pub family: &'static str,
    /// The name as Microsoft shows it.
    pub display: &'static str,
    /// Sign-in name of both worlds, and mail address.
    pub email: &'static str,
    /// The Microsoft password.
    pub password: &'static str,
    /// The CRM profile.
    pub profile: Profile,
    /// Whether an Exchange licence gives a mailbox.
    pub mailbox: bool,
    /// The language in the CRM.
    pub language: &'static str,
    /// The time zone in the CRM.
    pub zone: &'static str,
}

/// The organisation's name.
pub const ORGANISATION: &str = "Northlight Trading";
/// The organisation's mail domain.
pub const DOMAIN: &str = "northlight.example";

/// Two administrators and six standard users; the last has no mailbox.
pub const PEOPLE: [Person; 8] = [
    Person {
        object_id: "0b6f4c10-2f1e-4c55-9a01-5d3c8e7f1001",
        given: "Amelia",
        family: "Hart",
        display: "Amelia Hart",
        email: "amelia.hart@northlight.example",
        password: "Lantern-7-amelia",
        profile: Profile::Administrator,
        mailbox: true,
        language: "en_US",
        zone: "Europe/London",
    },
    Person {
        object_id: "0b6f4c10-2f1e-4c55-9a01-5d3c8e7f1002",
        given: "健二",
        family: "森",
        display: "森 健二",
        email: "kenji.mori@northlight.example",
        password: "Lantern-7-kenji",
        profile: Profile::Administrator,
        mailbox: true,
        language: "ja_JP",
        zone: "Asia/Tokyo",
    },
    Person {
        object_id: "0b6f4c10-2f1e-4c55-9a01-5d3c8e7f1003",
        given: "Claire",
        family: "Fournier",
        display: "Claire Fournier",
        email: "claire.fournier@northlight.example",
        password: "Lantern-7-claire",
        profile: Profile::Sales,
        mailbox: true,
        language: "fr_FR",
        zone: "Europe/Paris",
    },
    Person {
        object_id: "0b6f4c10-2f1e-4c55-9a01-5d3c8e7f1004",
        given: "由紀",
        family: "田中",
        display: "田中 由紀",
        email: "yuki.tanaka@northlight.example",
        password: "Lantern-7-yuki",
        profile: Profile::Sales,
        mailbox: true,
        language: "ja_JP",
        zone: "Asia/Tokyo",
    },
    Person {
        object_id: "0b6f4c10-2f1e-4c55-9a01-5d3c8e7f1005",
        given: "Oliver",
        family: "Grant",
        display: "Oliver Grant",
        email: "oliver.grant@northlight.example",
        password: "Lantern-7-oliver",
        profile: Profile::Sales,
        mailbox: true,
        language: "en_GB",
        zone: "Europe/London",
    },
    Person {
        object_id: "0b6f4c10-2f1e-4c55-9a01-5d3c8e7f1006",
        given: "Hélène",
        family: "Dubois",
        display: "Hélène Dubois",
        email: "helene.dubois@northlight.example",
        password: "Lantern-7-helene",
        profile: Profile::Support,
        mailbox: true,
        language: "fr_FR",
        zone: "Europe/Paris",
    },
    Person {
        object_id: "0b6f4c10-2f1e-4c55-9a01-5d3c8e7f1007",
        given: "陽翔",
        family: "佐藤",
        display: "佐藤 陽翔",
        email: "haruto.sato@northlight.example",
        password: "Lantern-7-haruto",
        profile: Profile::Support,
        mailbox: true,
        language: "ja_JP",
        zone: "Asia/Tokyo",
    },
    Person {
        object_id: "0b6f4c10-2f1e-4c55-9a01-5d3c8e7f1008",
        given: "Sofia",
        family: "Marin",
        display: "Sofia Marin",
        email: "sofia.marin@northlight.example",
        password: "Lantern-7-sofia",
        profile: Profile::Support,
        mailbox: false,
        language: "en_US",
        zone: "Europe/Bucharest",
    },
];
