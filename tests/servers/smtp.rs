//! Sending: one transaction to the customer and to our own mailbox, and the right word on every failure.

use std::time::{Duration, Instant};

use mahnwerk::config::Login;
use mahnwerk::ledger::{CustomerAddress, SourceId};
use mahnwerk::letter::Letter;
use mahnwerk::world::smtp::{SmtpLimits, SmtpOutbox, try_login};
use mahnwerk::world::tls::Password;
use mahnwerk::world::{Outbox, Trouble};

use crate::block_on;
use crate::rig::{Fault, Rig, Step, What};

const SHOP: &str = "shop@laden.example";
const BODY: &str = "From: shop@laden.example\r\nTo: kunde@beispiel.example\r\nSubject: Rechnung\r\n\
                    Date: Sun, 01 Mar 2026 09:00:00 +0100\r\nMessage-ID: <1@laden.example>\r\n\r\n.\r\n..zwei\r\n\
                    Guten Tag\r\n";

fn letter_to(customer: &str) -> Letter {
    let at = |text: &str| CustomerAddress::new(text).unwrap();
    Letter {
        id: SourceId::of(customer.as_bytes()),
        from: at(SHOP),
        recipients: vec![at(customer), at(SHOP)],
        customer: Some(at(customer)),
        events: Vec::new(),
        at: "2026-03-01T08:00:00Z".parse().unwrap(),
        bytes: BODY.as_bytes().to_vec(),
    }
}

fn outbox(login: Login, password: Password) -> SmtpOutbox {
    SmtpOutbox::new(login, password, "laden.example").with_limits(SmtpLimits {
        connect: Duration::from_secs(3),
        command: Duration::from_secs(3),
        dot: Duration::from_secs(3),
    })
}

async fn send(rig: &Rig, customer: &str) -> Result<(), Trouble> {
    let mut outbox = outbox(rig.smtp_login(SHOP), rig.password());
    outbox.send(&letter_to(customer)).await
}

/// What the server added in front is taken off.
fn as_sent(mail: &[u8]) -> String {
    let text = String::from_utf8(mail.to_vec())
        .unwrap()
        .replace("\r\n", "\n");
    let from = text.find("From: shop@").unwrap();
    text[from..].to_owned()
}

#[test]
fn a_letter_reaches_both_in_one_transaction_byte_for_byte() {
    let Some(rig) = Rig::start() else { return };
    block_on(async {
        send(&rig, "kunde@beispiel.example").await.unwrap();
        let seen = rig.smtp_seen();
        assert_eq!(seen.len(), 1, "{seen:?}");
        assert_eq!(seen[0].from, SHOP);
        assert_eq!(seen[0].to, [SHOP, "kunde@beispiel.example"]);
        let mut starttls = outbox(rig.smtp_starttls(SHOP), rig.password());
        starttls
            .send(&letter_to("zwei@beispiel.example"))
            .await
            .unwrap();
        let mut direct = outbox(rig.smtp_direct(SHOP), rig.password());
        direct
            .send(&letter_to("drei@beispiel.example"))
            .await
            .unwrap();
        assert!(
            try_login(&rig.smtp_login(SHOP), &rig.password(), "laden.example")
                .await
                .unwrap()[0]
                .contains("log-in")
        );
    });
    for customer in [
        "kunde@beispiel.example",
        "zwei@beispiel.example",
        "drei@beispiel.example",
    ] {
        let mails = rig.wait_for_mails(customer, 1);
        assert_eq!(as_sent(&mails[0]), BODY.replace("\r\n", "\n"));
    }
    assert_eq!(rig.wait_for_mails(SHOP, 3).len(), 3);
}

#[test]
fn a_refusal_before_the_dot_is_certain() {
    let Some(rig) = Rig::start() else { return };
    block_on(async {
        let never = send(&rig, "perm@beispiel.example").await;
        assert!(
            matches!(&never, Err(Trouble::Never(text)) if text.contains("550 5.1.1") && text.contains("perm@")),
            "{never:?}"
        );
        let busy = send(&rig, "temp@beispiel.example").await;
        assert!(
            matches!(&busy, Err(Trouble::Later(text)) if text.contains("451 4.3.0")),
            "{busy:?}"
        );
        // A sender that is not ours to use is nothing that the customer's address is to blame for.
        let mut letter = letter_to("kunde@beispiel.example");
        letter.from = CustomerAddress::new("else@laden.example").unwrap();
        let sender = outbox(rig.smtp_login(SHOP), rig.password())
            .send(&letter)
            .await;
        assert!(
            matches!(&sender, Err(Trouble::Later(text)) if text.contains("our own copy")),
            "{sender:?}"
        );
        let mut letter = letter_to("kunde@beispiel.example");
        letter.recipients[1] = CustomerAddress::new("perm@laden.example").unwrap();
        let own = outbox(rig.smtp_login(SHOP), rig.password())
            .send(&letter)
            .await;
        assert!(
            matches!(&own, Err(Trouble::Later(text)) if text.contains("our own copy")),
            "{own:?}"
        );
        let wrong = outbox(rig.smtp_login(SHOP), Password::fixed("wrong-one"))
            .send(&letter_to("kunde@beispiel.example"))
            .await;
        assert!(
            matches!(&wrong, Err(Trouble::Later(text)) if text.contains("password refused") && !text.contains("wrong-one")),
            "{wrong:?}"
        );
    });
    assert!(
        rig.smtp_seen().is_empty(),
        "no letter left: {:?}",
        rig.smtp_seen()
    );
    assert!(rig.mails(SHOP).is_empty() && rig.mails("kunde@beispiel.example").is_empty());
}

/// What each failure at each step means.
const CASES: &[(Fault, &str)] = &[
    (Fault::Refuse, "Later"),
    (Fault::HalfOpen, "Later"),
    (Fault::At(Step::Auth, What::Cut), "Later"),
    (
        Fault::At(Step::Auth, What::Answer("454 4.7.0 busy")),
        "Later",
    ),
    (Fault::At(Step::Auth, What::Answer("535 5.7.8 no")), "Later"),
    (Fault::At(Step::Mail, What::Cut), "Later"),
    (
        Fault::At(Step::Mail, What::Answer("421 4.3.2 going down")),
        "Later",
    ),
    (
        Fault::At(Step::Mail, What::Answer("530 5.7.0 log in first")),
        "Later",
    ),
    (
        Fault::At(Step::Mail, What::Answer("550 5.7.1 not this sender")),
        "Later",
    ),
    (Fault::At(Step::Rcpt, What::Hold), "Later"),
    (Fault::At(Step::Rcpt, What::Answer("550 5.1.1 no")), "Later"),
    (Fault::At(Step::Data, What::Cut), "Later"),
    (Fault::At(Step::Data, What::Hold), "Later"),
    (
        Fault::At(Step::Data, What::Answer("451 4.3.0 busy")),
        "Later",
    ),
    (Fault::At(Step::Data, What::Answer("250 what")), "Later"),
    (Fault::At(Step::Data, What::Answer("554 5.7.1 no")), "Never"),
    (Fault::At(Step::Letter, What::Cut), "Unknown"),
    (
        Fault::At(Step::Dot, What::Answer("451 4.3.0 busy")),
        "Later",
    ),
    (
        Fault::At(Step::Dot, What::Answer("554 5.7.1 spam")),
        "Never",
    ),
    (Fault::At(Step::Dot, What::Answer("354 what")), "Unknown"),
    (Fault::At(Step::Dot, What::Answer("what")), "Unknown"),
    (Fault::At(Step::Dot, What::Cut), "Unknown"),
    (Fault::At(Step::Dot, What::Hold), "Unknown"),
    (Fault::At(Step::Dot, What::TakeAndCut), "Unknown"),
    (Fault::At(Step::Dot, What::TakeAndHold), "Unknown"),
];

#[test]
fn every_step_has_its_own_word() {
    let Some(rig) = Rig::start() else { return };
    block_on(async {
        for &(fault, wanted) in CASES {
            rig.smtp_fault(fault);
            let start = Instant::now();
            let outcome = send(&rig, "kunde@beispiel.example").await;
            let word = match &outcome {
                Ok(()) => "Ok",
                Err(Trouble::Later(_)) => "Later",
                Err(Trouble::Unknown(_)) => "Unknown",
                Err(Trouble::Never(_)) => "Never",
            };
            assert_eq!(word, wanted, "{fault:?}: {outcome:?}");
            assert!(
                start.elapsed() < Duration::from_secs(5),
                "{fault:?} took {:?}",
                start.elapsed()
            );
        }
        // A refused second recipient means that nobody gets it; a dropped reply, that both may have it.
        rig.smtp_fault(Fault::Pass);
        let mut nowhere = rig.smtp_login(SHOP);
        nowhere.port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let outcome = outbox(nowhere, rig.password())
            .send(&letter_to("kunde@beispiel.example"))
            .await;
        assert!(
            matches!(&outcome, Err(Trouble::Later(text)) if text.contains("refused the connection")),
            "{outcome:?}"
        );
    });
    let taken = rig.smtp_seen().iter().filter(|seen| seen.taken).count();
    assert_eq!(taken, 2, "only the two whose reply was kept back");
    assert_eq!(rig.wait_for_mails("kunde@beispiel.example", 2).len(), 2);
    assert_eq!(rig.wait_for_mails(SHOP, 2).len(), 2);
}
