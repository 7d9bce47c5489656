//! Mails that want to hurt the reader; those too large or too odd to lie around as files.

use mahnwerk::mail::Outcome;

use super::{assumed, read_one, recipes};

fn outcome(mail: Vec<u8>) -> (Outcome, String) {
    let reading = read_one(mail, &recipes(), &assumed());
    assert!(
        reading.events.is_empty() && reading.order.is_none(),
        "{}",
        reading.reason
    );
    (reading.outcome, reading.reason)
}

const HEAD: &str =
    "From: a@shop.example\r\nTo: b@kunde.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n";

#[test]
fn twenty_thousand_nested_messages_do_not_exhaust_the_stack() {
    let mut mail = HEAD.to_owned();
    mail.push_str(&"Content-Type: message/rfc822\r\n\r\n".repeat(20_000));
    assert_eq!(outcome(mail.into_bytes()).0, Outcome::Error);
    let mut mail = HEAD.to_owned();
    mail.push_str(&"Content-Type: message/rfc822\r\n\r\n".repeat(50));
    assert_eq!(outcome(mail.into_bytes()).0, Outcome::Error);
    let mut mail = HEAD.to_owned();
    for i in 0..5000 {
        mail.push_str(&format!(
            "Content-Type:\r\n multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n"
        ));
    }
    assert_eq!(outcome(mail.into_bytes()).0, Outcome::Error);
}

#[test]
fn limits_are_errors_with_a_reason() {
    let huge = format!("{HEAD}X: {}\r\n\r\n", "y".repeat(70_000));
    let head = format!(
        "{HEAD}{}\r\n",
        "X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n".repeat(6000)
    );
    let fields = format!("{HEAD}{}\r\n", "X: y\r\n".repeat(1001));
    let text = format!(
        "{HEAD}Content-Type: text/plain\r\n\r\n{}",
        "x".repeat(2_200_000)
    );
    let mut parts = format!("{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n");
    parts.push_str(&"--b\r\n\r\nx\r\n".repeat(300));
    for mail in [huge, head, fields, text, parts] {
        let (outcome, reason) = outcome(mail.into_bytes());
        assert_eq!(outcome, Outcome::Error, "{reason}");
        assert!(
            reason.contains("more than") || reason.contains("parts"),
            "{reason}"
        );
    }
    assert_eq!(outcome(vec![b'x'; 10 * 1024 * 1024 + 1]).0, Outcome::Error);
}

#[test]
fn a_million_open_elements_are_read_in_time() {
    let start = std::time::Instant::now();
    let mail = format!(
        "{HEAD}Content-Type: text/html\r\n\r\n{}Gesamt",
        "<div><table><tr><td>".repeat(90_000)
    );
    outcome(mail.into_bytes());
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn two_senders_are_nobody() {
    for head in [
        "From: a@shop.example\r\nFrom: b@shop.example\r\n",
        "From: a@shop.example, b@shop.example\r\n",
        "From: \"a@shop.example\" <b@x.example>, <a@shop.example>\r\n",
        "From: a@shop.example\r\nSubject: x\rFrom: b@shop.example\r\n",
        "To: a@shop.example\r\n",
        "From: a@shop.example\r\nSubject: 1\r\nSubject: 2\r\n",
    ] {
        let (outcome, reason) = outcome(format!("{head}\r\nBestellnummer: 1").into_bytes());
        assert_eq!(outcome, Outcome::Review, "{head}{reason}");
    }
}
