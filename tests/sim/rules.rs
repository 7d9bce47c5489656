//! The rules of the simulated merchant: every default, one shop, one account.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use mahnwerk::daemon::Rules;
use mahnwerk::ledger::policy::ShopTerms;
use mahnwerk::ledger::{CustomerAddress, Language, PaymentMethod, Policy, SealKey};
use mahnwerk::letter::{Letters, PayTo, Sender, ShopIdentity};
use mahnwerk::mail::trust::{OwnAccount, ShopSender};
use mahnwerk::mail::{Recipe, Trust};

use crate::script;

fn owned(files: &[(&str, &str)]) -> Vec<(String, String)> {
    files
        .iter()
        .map(|(name, text)| (name.to_string(), text.to_string()))
        .collect()
}

fn address(text: &str) -> CustomerAddress {
    CustomerAddress::new(text).unwrap()
}

pub fn rules() -> Rules {
    let shop = ShopTerms {
        account: script::IBAN.into(),
        default_method: Some(PaymentMethod::Invoice),
        term_days: None,
    };
    let shops = BTreeMap::from([("laden".to_string(), shop)]);
    let mut policy = Policy::standard(script::zone(), Language::De, script::FIRST_DAY, shops);
    policy.evidence_wait = SignedDuration::from_mins(45);
    Rules {
        policy,
        letters: Letters::compile(&owned(Letters::shipped())).unwrap(),
        recipes: Recipe::compile(&owned(Recipe::shipped())).unwrap(),
        trust: Trust {
            hosts: vec![script::HOST.into()],
            shops: vec![ShopSender {
                shop: "laden".into(),
                senders: vec![address(script::SHOP)],
                system: None,
                default_method: Some(PaymentMethod::Invoice),
            }],
            accounts: vec![OwnAccount {
                id: script::IBAN.into(),
                senders: vec![address(script::BANK)],
                address: None,
            }],
            merchant: vec![address(script::MERCHANT)],
            own: Some(address("rechnung@laden.example")),
            ..Trust::default()
        },
        sender: Sender {
            name: "Laden Beispiel".into(),
            address: address("rechnung@laden.example"),
            merchant: address(script::MERCHANT),
            mailbox: address(script::MERCHANT),
            language: Language::De,
            identity: vec!["Laden Beispiel, Musterweg 1, 12345 Musterstadt".into()],
            accounts: vec![PayTo {
                iban: script::IBAN.into(),
                holder: "Laden Beispiel".into(),
                bic: None,
                bank: None,
            }],
            shops: vec![ShopIdentity {
                shop: "laden".into(),
                title: "Laden".into(),
                account: script::IBAN.into(),
            }],
            zone: script::zone(),
            rehearsal: false,
        },
        key: SealKey::new(&[7; 32]).unwrap(),
        statements: None,
        per_hour: 1_000,
        fixed_start: true,
    }
}
