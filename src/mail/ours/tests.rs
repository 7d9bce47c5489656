//! Copies, bounces, replies and answers in full, from bytes to facts.

#![allow(clippy::unwrap_used, clippy::panic)]
use super::*;
use crate::ledger::event::{Bounced, Reminded, ReplyWord};
use crate::mail::head::Head;
use jiff::civil::Date;

const HOST: &str =
    "Authentication-Results: mx.host.example; dmarc=pass header.from=laden.example\r\n";

fn address(text: &str) -> CustomerAddress {
    CustomerAddress::new(text).unwrap()
}

fn key() -> SealKey {
    SealKey::new(&[7; 32]).unwrap()
}

fn trust() -> Trust {
    Trust {
        hosts: vec!["mx.host.example".into()],
        merchant: vec![address("jana@laden.example")],
        own: Some(address("rechnung@laden.example")),
        ..Trust::default()
    }
}

fn letter() -> SourceId {
    key().identity("letter")
}

fn reminded() -> Event {
    Event {
        key: EventKey {
            at: "2026-12-01T08:00:00Z".parse().unwrap(),
            source: letter(),
            index: 0,
        },
        fact: Fact::Reminded(Reminded {
            letter: letter(),
            to: address("anna@kunde.example"),
            template: "friendly".into(),
            steps: vec![],
            listed: vec![],
            on: Date::constant(2026, 12, 1),
            deadline: None,
        }),
        by: Evidence::Sent,
    }
}

fn read_mail(mail: &str) -> Option<Reading> {
    let raw = RawMail {
        bytes: mail.as_bytes().to_vec(),
        received: "2026-12-03T09:00:00Z".parse().unwrap(),
    };
    let parsed = Mail::parse(&raw.bytes).unwrap();
    let verdict = crate::mail::trust::verdict(&Head::parse(&raw.bytes).unwrap(), &trust());
    read(
        &raw,
        &parsed,
        verdict.as_ref().map_err(String::as_str),
        &trust(),
        &key(),
    )
}

fn merchant(tag: &str, body: &str) -> Option<Reading> {
    read_mail(&format!(
        "{HOST}From: Jana <jana@laden.example>\r\nTo: rechnung@laden.example\r\nSubject: AW: Mahnwerk {tag}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}"
    ))
}

fn tag() -> String {
    key().reply_tag(SourceId::of(b"digest"), Date::constant(2026, 12, 2))
}

fn orders(body: &str) -> Vec<Fact> {
    let reading = merchant(&tag(), body).unwrap();
    assert_eq!(reading.outcome, Outcome::Booked, "{}", reading.reason);
    reading.events.into_iter().map(|e| e.fact).collect()
}

#[test]
fn a_copy_of_our_letter_gives_its_sealed_fact_whatever_the_relay_changed() {
    let sealed = reminded().seal(&key()).replace(' ', "\r\n ");
    let copy = format!(
        "Message-ID: <other@relay.example>\r\nFrom: Laden <rechnung@laden.example>\r\nX-Mahnwerk-Fact: {sealed}\r\nSubject: x\r\n\r\nx\r\n"
    );
    let reading = read_mail(&copy).unwrap();
    assert_eq!(
        (reading.outcome, reading.events),
        (Outcome::Booked, vec![reminded()])
    );
    let forged = copy.replace("X-Mahnwerk-Fact: mw1", "X-Mahnwerk-Fact: mw1 AAAA");
    let reading = read_mail(&forged).unwrap();
    assert_eq!(
        (reading.outcome, reading.events.len()),
        (Outcome::Review, 0)
    );
    let quoted = format!(
        "From: Eva <eva@kunde.example>\r\nSubject: Fwd\r\nContent-Type: message/rfc822\r\n\r\n{copy}"
    );
    assert!(read_mail(&quoted).is_none_or(|reading| reading.events.is_empty()));
    assert!(read_mail(&copy.replace("rechnung@", "eva@")).is_none());
}

#[test]
fn a_reply_with_token_from_the_proven_merchant_is_obeyed() {
    let body = "Hallo,\n\nja 1\nbezahlt 10247 49,90\n\nViele Grüße\nJana Lindner\n\nAm 2. Dez. 2026 um 08:00 schrieb Laden\n<rechnung@laden.example>:\n> nein 1\n> storno 10248\n";
    let facts = orders(body);
    assert_eq!(facts.len(), 2, "{facts:?}");
    assert!(matches!(
        &facts[0],
        Fact::Ordered(Command::Reply {
            number: Some(1),
            word: ReplyWord::Yes,
            ..
        })
    ));
    assert!(
        matches!(&facts[1], Fact::Ordered(Command::ByNumber { number: Some(n), .. }) if n == "10247")
    );
    assert_eq!(orders("stop\n-- \nJana\nstart\n").len(), 1);
    assert_eq!(
        orders("weiter 10247\nGesendet von meinem iPhone\n").len(),
        1
    );
    assert_eq!(orders("weiter 10247\n\nVon: Laden\nstorno 1\n").len(), 1);
    assert_eq!(
        orders("weiter 10247\n-----Ursprüngliche Nachricht-----\nstorno 1\n").len(),
        1
    );
    assert_eq!(orders("ja 1\nJana\n").len(), 1);
}

#[test]
fn half_understood_words_are_answered_never_obeyed() {
    for body in [
        "bitte nicht\nbezahlt 10247\n",
        "bezahlt 10247\nstimmt das?\n",
        "Was ist mit 10247?\n",
        "ja\n",
    ] {
        let facts = orders(body);
        assert!(
            matches!(facts.as_slice(), [Fact::Unclear { .. }]),
            "{body} {facts:?}"
        );
    }
    let quoted_only = merchant(&tag(), "> ja 1\n").unwrap();
    assert_eq!(
        (quoted_only.outcome, quoted_only.events.len()),
        (Outcome::Ignored, 0)
    );
}

#[test]
fn without_token_proof_or_in_time_nothing_is_obeyed() {
    let none = |reading: Option<Reading>| {
        reading.is_none_or(|r| r.outcome == Outcome::Review && r.events.is_empty())
    };
    assert!(none(merchant("", "ja 1\n")));
    assert!(none(merchant(&tag().replace("-2", "-3"), "ja 1\n")) || tag().find("-2").is_none());
    let old = key().reply_tag(SourceId::of(b"digest"), Date::constant(2026, 11, 18));
    assert!(none(merchant(&old, "ja 1\n")));
    let other = SealKey::new(&[8; 32])
        .unwrap()
        .reply_tag(SourceId::of(b"digest"), Date::constant(2026, 12, 2));
    assert!(none(merchant(&other, "ja 1\n")));
    let mail = |head: &str, from: &str, more: &str| {
        read_mail(&format!(
            "{head}From: {from}\r\n{more}Subject: Re: {}\r\n\r\nja 1\n",
            tag()
        ))
    };
    assert!(none(mail("", "jana@laden.example", "")));
    assert!(none(mail(HOST, "eva@laden.example", "")));
    assert!(none(mail(
        "Authentication-Results: mx.host.example; dmarc=fail\r\n",
        "jana@laden.example",
        ""
    )));
    let away = mail(
        HOST,
        "jana@laden.example",
        "Auto-Submitted: auto-replied\r\n",
    )
    .unwrap();
    assert_eq!((away.outcome, away.events.len()), (Outcome::Ignored, 0));
}

fn bounce(action: &str, status: &str, inner: &str) -> Option<Reading> {
    read_mail(&format!(
        "From: MAILER-DAEMON@mx.example (Mail Delivery System)\r\nSubject: Undelivered Mail Returned to Sender\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; anna@kunde.example\r\n\
         Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 {status} no such user\r\n\r\n--b\r\n{inner}\r\n--b--\r\n"
    ))
}

fn returned() -> String {
    format!(
        "Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <mw.{}@laden.example>\r\nSubject: x\r\n",
        letter()
    )
}

fn bounced(reading: &Reading) -> Option<&Bounced> {
    match reading.events.as_slice() {
        [
            Event {
                fact: Fact::Bounced(bounced),
                ..
            },
        ] => Some(bounced),
        _ => None,
    }
}

#[test]
fn a_bounce_counts_by_the_identity_of_our_letter_inside_it() {
    let hard = bounce("failed", "5.1.1", &returned()).unwrap();
    let found = bounced(&hard).unwrap();
    assert_eq!((found.letter, found.permanent), (letter(), true));
    assert_eq!(found.address.as_deref(), Some("anna@kunde.example"));
    assert_eq!(hard.failed_recipient.as_deref(), Some("anna@kunde.example"));
    let whole = format!(
        "Content-Type: message/rfc822\r\n\r\nFrom: rechnung@laden.example\r\nX-Mahnwerk-Fact: {}\r\n\r\nx\r\n",
        reminded().seal(&key())
    );
    assert_eq!(
        bounced(&bounce("failed", "5.1.1", &whole).unwrap())
            .unwrap()
            .letter,
        letter()
    );
    for (action, status) in [
        ("delayed", "4.4.1"),
        ("failed", "4.4.7"),
        ("failed", "5.2.2"),
        ("delayed", "5.0.0"),
    ] {
        assert!(
            !bounced(&bounce(action, status, &returned()).unwrap())
                .unwrap()
                .permanent,
            "{action} {status}"
        );
    }
    let forged = bounce(
        "failed",
        "5.1.1",
        "Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <x@laden.example>\r\n",
    )
    .unwrap();
    assert_eq!(
        (forged.kind, forged.outcome, forged.events.len()),
        (Kind::Bounce, Outcome::Review, 0)
    );
    let other = returned().replace("@laden.example", "@evil.example");
    assert!(bounced(&bounce("failed", "5.1.1", &other).unwrap()).is_none());
}

#[test]
fn a_bounce_that_is_only_text_is_understood_too() {
    let mail = format!(
        "From: Mail Delivery System <Mailer-Daemon@mx.example>\r\nX-Failed-Recipients: anna@kunde.example\r\nAuto-Submitted: auto-replied\r\n\
         Subject: Mail delivery failed: returning message to sender\r\n\r\nanna@kunde.example\r\n  host mx.kunde.example: 550 5.1.1 unknown user\r\n\r\n\
         ------ This is a copy of the message, including all the headers. ------\r\n\r\nMessage-ID: <mw.{}@laden.example>\r\n",
        letter()
    );
    let reading = read_mail(&mail).unwrap();
    assert!(bounced(&reading).unwrap().permanent);
    let delayed = mail.replace(
        "Mail delivery failed: returning message to sender",
        "Warning: message delayed 24 hours",
    );
    assert!(!bounced(&read_mail(&delayed).unwrap()).unwrap().permanent);
}

#[test]
fn a_customers_answer_holds_and_a_machines_is_only_told() {
    let mail = |more: &str| {
        format!(
            "From: Anna <anna@kunde.example>\r\n{more}Subject: AW: Erinnerung\r\n\r\nIch habe am Montag bezahlt.\r\n\r\nAm 1.12.2026 schrieb Laden:\r\n> Bitte zahlen Sie\r\n"
        )
    };
    let reply = format!("In-Reply-To: <mw.{}@laden.example>\r\n", letter());
    let answered = |mail: &str| match read_mail(mail).unwrap().events.as_slice() {
        [
            Event {
                fact: Fact::Answered(answered),
                by,
                ..
            },
        ] => (answered.clone(), by.clone()),
        other => panic!("{other:?}"),
    };
    let (human, by) = answered(&mail(&reply));
    assert_eq!(
        (human.letter, human.automatic, by),
        (Some(letter()), false, Evidence::Unproven)
    );
    assert_eq!(human.excerpt, "Ich habe am Montag bezahlt.");
    assert!(
        answered(&mail(&format!("{reply}Auto-Submitted: auto-replied\r\n")))
            .0
            .automatic
    );
    assert!(
        answered(&mail(&format!("{reply}Precedence: auto_reply\r\n")))
            .0
            .automatic
    );
    assert!(
        answered(&mail(&reply).replace("AW: Erinnerung", "Abwesenheitsnotiz: x"))
            .0
            .automatic
    );
    assert!(
        !answered(&mail(&format!("{reply}X-Auto-Response-Suppress: All\r\n")))
            .0
            .automatic
    );
    assert!(read_mail(&mail("")).is_none());
}

proptest::proptest! {
    #[test]
    fn no_text_panics(body in ".{0,300}", subject in ".{0,80}") {
        let mail = format!("From: MAILER-DAEMON@x.example\r\nSubject: {}\r\n\r\n{body}", subject.replace(['\r', '\n'], " "));
        if let Ok(parsed) = Mail::parse(mail.as_bytes()) {
            let raw = RawMail { bytes: mail.clone().into_bytes(), received: jiff::Timestamp::UNIX_EPOCH };
            let _ = read(&raw, &parsed, Err("none"), &trust(), &key());
            let _ = command::parse(&body, SourceId::of(b"d"), Date::constant(2026, 12, 1));
            let _ = words::excerpt(&parsed, 30);
        }
    }
}
