//! A finished mail as a person checks it: headers as they leave, facts unsealed, both parts decoded by a reader that is
//! not ours.
use mahnwerk::ledger::{Event, SealKey};
use mahnwerk::letter::Letter;

pub(crate) fn readable(letter: &Letter, key: &SealKey) -> String {
    let text = std::str::from_utf8(&letter.bytes).unwrap();
    let mail = mail_parser::MessageParser::default()
        .parse(&letter.bytes)
        .unwrap();
    let (head, _) = text.split_once("\r\n\r\n").unwrap();
    let people: Vec<&str> = letter.recipients.iter().map(|r| r.as_str()).collect();
    let mut out = format!("Envelope: {} -> {}\n", letter.from, people.join(", "));
    for header in head.replace("\r\n ", "\n ").split("\r\n") {
        match header.strip_prefix("X-Mahnwerk-Fact:") {
            Some(seal) => {
                let event = Event::unseal(seal.trim(), key).expect("our own seal opens");
                assert!(
                    letter.events.contains(&event),
                    "a sealed fact is not among the letter's events"
                );
                out.push_str(&format!(
                    "X-Mahnwerk-Fact: (sealed) {}\n",
                    serde_json::to_string(&event).unwrap()
                ));
            }
            None => out.push_str(&format!("{header}\n")),
        }
    }
    assert_eq!(
        head.matches("X-Mahnwerk-Fact:").count(),
        letter.events.len()
    );
    if mail.subject().is_some_and(|subject| !subject.is_ascii()) {
        out.push_str(&format!("(subject: {})\n", mail.subject().unwrap()));
    }
    for part in [mail.body_text(0).unwrap(), mail.body_html(0).unwrap()] {
        out.push_str(&format!("\n-------- part\n{}", part.replace("\r\n", "\n")));
    }
    out
}
