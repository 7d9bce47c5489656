//! What a merchant gets who changes nothing, each value with its reason.
//!
//! The configuration lays the merchant's own values over these; nothing else in the program knows a default of the
//! rules.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use super::{Approval, Breaker, LevelRule, Policy, ShopTerms, Window};
use crate::ledger::Language;
use crate::ledger::calendar::Region;

impl Policy {
    /// The rules with every default, for a merchant in this zone who begins on `start` and has these shops.
    pub fn standard(
        zone: TimeZone,
        language: Language,
        start: Date,
        shops: BTreeMap<String, ShopTerms>,
    ) -> Policy {
        Policy {
            zone,
            language,
            start,
            term_days: 14,
            deadline_days: 10,
            levels: LevelRule::standard_levels(),
            prepayment: LevelRule::standard_prepayment(),
            window: Window::standard(),
            // An hour before the first letter, so that a veto can still come in time.
            digest_at: Time::constant(8, 0, 0, 0),
            // A transfer takes one banking day, a statement another: three leave one spare.
            freshness_days: 3,
            gap_days: 7,
            // A letter over less costs more than it brings.
            minimum: Decimal::from_parts(500, 0, 0, false, 2),
            breaker: Breaker::standard(),
            shops,
            payment_information: false,
            receipt: false,
            region: Region::Any,
            // A mail to oneself takes minutes, a second attempt of the provider's queue half an hour.
            evidence_wait: jiff::SignedDuration::from_hours(1),
        }
    }
}

impl LevelRule {
    /// Friendly reminder, reminder and final notice.
    pub fn standard_levels() -> Vec<LevelRule> {
        let rule = |name: &str, days, approval| LevelRule {
            name: name.into(),
            letter: name.into(),
            days,
            // Money under way: a transfer of the last day arrives and is reported within two banking days.
            banking_days: 2,
            approval,
        };
        vec![
            rule("friendly", 3, Approval::Forewarn),
            rule("reminder", 0, Approval::Forewarn),
            // It announces the collection: never without the merchant's yes.
            rule("final", 0, Approval::Ask),
        ]
    }

    /// Two friendly reminders of an order to be paid in advance, counted from the order.
    pub fn standard_prepayment() -> Vec<LevelRule> {
        let rule = |name: &str, days| LevelRule {
            name: name.into(),
            letter: "prepayment".into(),
            days,
            banking_days: 0,
            approval: Approval::Forewarn,
        };
        vec![rule("prepayment-1", 7), rule("prepayment-2", 14)]
    }
}

impl Window {
    /// Office hours.
    pub fn standard() -> Window {
        Window {
            from: Time::constant(9, 0, 0, 0),
            to: Time::constant(17, 0, 0, 0),
            weekdays: vec![
                Weekday::Monday,
                Weekday::Tuesday,
                Weekday::Wednesday,
                Weekday::Thursday,
                Weekday::Friday,
            ],
        }
    }
}

impl Breaker {
    /// Ten letters or three times the usual day; ten new recipients a day until thirty letters are out.
    pub fn standard() -> Breaker {
        Breaker {
            floor: 10,
            factor: 3,
            first_recipients: 10,
            until_letters: 30,
        }
    }
}
