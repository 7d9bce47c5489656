//! Layouts that prove a sender, and the published tricks that must not.

#![allow(clippy::unwrap_used)]
use super::*;

fn judged(hosts: &[&str], results: &[&str], rest: &str) -> Result<Verdict, String> {
    let trust = Trust {
        hosts: hosts.iter().map(|h| (*h).to_owned()).collect(),
        ..Trust::default()
    };
    let mut head = String::from("Received: from a by b\r\n");
    for field in results {
        head.push_str(&format!("Authentication-Results: {field}\r\n"));
    }
    head.push_str(rest);
    verdict(&Head::parse(head.as_bytes())?, &trust)
}

const BANK: &str = "From: Bank <info@bank.example>\r\nSubject: x\r\n\r\n";

fn level(results: &[&str]) -> (Level, bool) {
    let verdict = judged(&["mx.host.example", "strato.com", "gmx.net"], results, BANK).unwrap();
    (verdict.level, verdict.spf_only)
}

fn proven(results: &[&str]) -> bool {
    matches!(level(results).0, Level::Proven { host: Some(_) })
}

#[test]
fn layouts_of_known_hosts_are_understood() {
    for layout in [
        // one field with all: Gmail's, rspamd's, IONOS' way of writing
        &[
            "mx.host.example; dkim=pass header.i=@bank.example header.s=s1 header.b=AbC/+d; spf=pass (mx.host.example: domain of b@bank.example designates 192.0.2.4 as permitted sender) smtp.mailfrom=b@bank.example; dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=bank.example",
        ][..],
        &[
            "mx.host.example; dkim=pass header.d=bank.example header.s=s header.b=\"a b\"; dmarc=pass (policy=reject) header.from=bank.example; spf=pass (x) smtp.mailfrom=b@news.example",
        ],
        &[
            "mx.host.example; dkim=pass header.i=@mail.bank.example header.s=s; spf=pass smtp.helo=out.example; dmarc=none header.from=bank.example; iprev=pass",
        ],
        // forwarded by a provider: SPF is for the forwarder
        &[
            "mx.host.example; dkim=pass header.i=@bank.example; arc=pass (i=1 spf=pass); spf=pass smtp.mailfrom=\"x+caf_=y=z@gmail.example\"; dmarc=pass header.from=bank.example",
        ],
        // Strato: a block of fields, one method each
        &[
            "strato.com; dmarc=pass header.from=bank.example",
            "strato.com; arc=none",
            "strato.com; dkim=pass header.d=bank.example",
            "strato.com; dkim-adsp=pass header.from=\"info@bank.example\"",
            "strato.com; spf=pass smtp.mailfrom=\"b@bank.example\"",
        ],
        &[
            "strato.com; dmarc=none",
            "strato.com; dkim=pass header.d=bank.example",
        ],
        // GMX: a field per signature, nothing else
        &[
            "  gmx.net; dkim=pass header.i=@bank.example",
            "  gmx.net; dkim=pass header.i=@bank.example",
        ],
        // Exim without a DMARC judgement
        &[
            "mx.host.example; iprev=pass (x) smtp.remote-ip=192.0.2.1; spf=pass smtp.mailfrom=bank.example; dkim=pass header.d=bank.example header.i=@bank.example header.s=s header.a=rsa-sha256; dmarc=skipped",
        ],
        // several signatures in one field
        &["mx.host.example; dkim=pass header.d=esp.example; dkim=pass header.d=bank.example"],
        // foreign fields below do not matter
        &[
            "MX.Host.Example; dmarc=pass header.from=BANK.example",
            "mx.evil.example; dmarc=fail",
        ],
    ] {
        assert!(proven(layout), "{layout:?}");
    }
}

#[test]
fn published_tricks_prove_nothing() {
    for trick in [
        &[][..],
        &["mx.evil.example; dmarc=pass header.from=bank.example"],
        &["mx.host.example.evil.example; dmarc=pass header.from=bank.example"],
        &["xmx.host.example; dmarc=pass header.from=bank.example"],
        // ours below a foreign one
        &[
            "mx.evil.example; dmarc=fail",
            "mx.host.example; dmarc=pass header.from=bank.example",
        ],
        // the host's own fail, a planted pass below it
        &[
            "mx.host.example; dkim=none; dmarc=fail header.from=bank.example",
            "mx.host.example; dmarc=pass header.from=bank.example",
        ],
        &[
            "mx.host.example; spf=pass smtp.mailfrom=evil.example",
            "mx.host.example; dkim=pass header.d=bank.example; dmarc=pass header.from=bank.example",
        ],
        &[
            "strato.com; dmarc=fail header.from=bank.example",
            "strato.com; dmarc=pass header.from=bank.example",
        ],
        &[
            "gmx.net; dkim=pass header.i=@evil.example",
            "gmx.net; dkim=pass header.i=@bank.example",
        ],
        &["gmx.net; dkim=pass header.i=@evil.example; dmarc=pass header.from=bank.example"],
        // words in comments and quotations
        &[
            "mx.host.example; dkim=fail (was: dkim=pass header.d=bank.example; dmarc=pass header.from=bank.example); dmarc=fail",
        ],
        &[
            "mx.host.example; spf=pass smtp.mailfrom=\"a; dmarc=pass header.from=bank.example; x\"@evil.example; dkim=none; dmarc=fail",
        ],
        &[
            "mx.host.example; spf=pass smtp.mailfrom=\"a\\\"; dmarc=pass header.from=bank.example; x\"@evil.example; dkim=none",
        ],
        &[
            "mx.host.example; (note (x) dmarc=pass header.from=bank.example) spf=fail smtp.mailfrom=evil.example",
        ],
        &[
            "mx.host.example; spf=pass (of \"a); dmarc=pass header.from=bank.example (b\"@evil.example) smtp.mailfrom=evil.example",
        ],
        // twice
        &[
            "mx.host.example; dmarc=fail header.from=bank.example; dmarc=pass header.from=bank.example",
        ],
        &["mx.host.example; dkim=pass header.d=bank.example; dkim=fail header.d=bank.example"],
        // for somebody else
        &["mx.host.example; dmarc=pass header.from=evil.example"],
        &["mx.host.example; dmarc=pass"],
        &[
            "mx.host.example; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=evil.example; dmarc=none header.from=bank.example",
        ],
        &["mx.host.example; dkim=pass; spf=pass smtp.mailfrom=evil.example header.d=bank.example"],
        &["mx.host.example; dkim=pass header.i=x@bank.example@evil.example"],
        &["mx.host.example; dkim=pass header.d=evil.example header.i=@bank.example"],
        &["mx.host.example; dkim=none; spf=none; dmarc=pass header.from=bank.example"],
        // no word of pass
        &["mx.host.example; dkim=temperror; dmarc=temperror header.from=bank.example"],
        &["mx.host.example; dkim=passed header.d=bank.example"],
        &["mx.host.example; none"],
        &["mx.host.example; arc=pass; dkim-adsp=pass header.from=bank.example; iprev=pass"],
        // no authserv-id
        &[
            "spf=pass (sender IP is 192.0.2.4) smtp.mailfrom=bank.example; dkim=pass header.d=bank.example;dmarc=pass action=none header.from=bank.example;compauth=pass reason=100",
        ],
    ] {
        assert!(!proven(trick), "{trick:?}");
    }
}

#[test]
fn spf_alone_is_only_told() {
    let kontowecker = "mx.host.example; dkim=none; spf=pass (mx.host.example: domain of b@bank.example designates 192.0.2.61 as permitted sender) smtp.mailfrom=b@bank.example; dmarc=none";
    assert_eq!(level(&[kontowecker]), (Level::Unknown, true));
    let failed =
        "mx.host.example; dkim=fail header.d=bank.example; spf=pass smtp.mailfrom=b@bank.example";
    assert_eq!(level(&[failed]), (Level::Failed, false));
    let other = "mx.host.example; spf=pass smtp.mailfrom=b@bank.example.evil.example";
    assert_eq!(level(&[other]), (Level::Failed, false));
}

#[test]
fn other_fields_are_no_evidence() {
    let rest = format!(
        "ARC-Authentication-Results: i=1; mx.host.example; dmarc=pass header.from=bank.example\r\n\
         Received-SPF: pass client-ip=192.0.2.4\r\n\
         X-Authentication-Results: mx.host.example; dmarc=pass header.from=bank.example\r\n\
         Sender: info@bank.example\r\nResent-From: info@bank.example\r\n{BANK}"
    );
    let verdict = judged(&["mx.host.example"], &[], &rest).unwrap();
    assert_eq!(verdict.level, Level::Unknown);
}

#[test]
fn a_mail_without_exactly_one_sender_is_nobodys() {
    for rest in [
        "Subject: x\r\n\r\n",
        "From: a@bank.example\r\nFrom: b@evil.example\r\n\r\n",
        "From : a@bank.example\r\nFrom: b@evil.example\r\n\r\n",
        "From: a@bank.example, b@evil.example\r\n\r\n",
        "From: a@bank.example\r\nSubject: x\r\nsubject: y\r\n\r\n",
        "From: a@bank.example\r\nContent-Type: text/plain\r\nContent-Type: text/html\r\n\r\n",
    ] {
        assert!(judged(&[], &[], rest).is_err(), "{rest}");
    }
}

#[test]
fn tried_without_configuration_only_a_listed_host_can_speak_against_a_mail() {
    let tried = |results: &[&str]| {
        let mut head = String::new();
        for field in results {
            head.push_str(&format!("Authentication-Results: {field}\n"));
        }
        head.push_str("From: shop@shop.example\n\n");
        let trust = Trust {
            hosts: vec!["mx.host.example".into()],
            assume: true,
            ..Trust::default()
        };
        verdict(&Head::parse(head.as_bytes()).unwrap(), &trust).unwrap()
    };
    assert!(tried(&[]).proven());
    assert_eq!(tried(&[]).evidence(), Evidence::Assumed);
    assert!(tried(&["mx.planted.example; dmarc=fail"]).proven());
    assert!(
        !tried(&["mx.host.example; spf=fail smtp.mailfrom=x.example; dkim=none; dmarc=fail"])
            .proven()
    );
    assert!(
        !tried(&[
            "mx.planted.example; dmarc=pass header.from=shop.example",
            "mx.host.example; dkim=none; spf=softfail"
        ])
        .proven()
    );
    assert!(tried(&["mx.host.example; spf=pass smtp.mailfrom=a@shop.example; dkim=none"]).proven());
    assert!(
        !tried(&["mx.host.example; spf=pass smtp.mailfrom=a@evil.example; dkim=none"]).proven()
    );
}

#[test]
fn senders_are_found_by_their_exact_address() {
    let address = |text: &str| CustomerAddress::new(text).unwrap();
    let mut trust = Trust {
        shops: vec![ShopSender {
            shop: "laden".into(),
            senders: vec![address("shop@laden.example")],
            system: None,
            default_method: None,
        }],
        accounts: vec![OwnAccount {
            id: "DE89370400440532013000".into(),
            senders: vec![address("info@bank.example")],
            address: None,
        }],
        ..Trust::default()
    };
    let found = trust.shop(&address("Shop@Laden.example"));
    assert_eq!(found.unwrap().shop, "laden");
    assert!(trust.shop(&address("info@laden.example")).is_none());
    assert_eq!(trust.accounts_of(&address("info@bank.example")).count(), 1);
    assert_eq!(
        trust
            .accounts_of(&address("info@bank.example.evil.example"))
            .count(),
        0
    );
    assert!(trust.account("DE89 3704 0044 0532 0130 00").is_some());
    trust.assume = true;
    assert_eq!(
        trust.shop(&address("x@other.example")).unwrap().shop,
        "other.example"
    );
}
