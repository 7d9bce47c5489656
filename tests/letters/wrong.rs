//! Wrong templates: each is laid over the shipped ones and refused with file, line, column and the unknown name.
use mahnwerk::letter::Letters;

use crate::pairs;

#[test]
fn wrong_templates_are_refused_in_these_words() {
    pairs::run(
        "wrong",
        ".templates",
        ".refusal",
        |name, text| match Letters::with_overlay(&files(text)) {
            Ok(_) => panic!("{name} was taken"),
            Err(problems) => format!("{}\n", problems.join("\n\n")),
        },
    );
}

#[test]
fn a_letter_of_the_merchants_own_is_taken() {
    let own = "=== de/second.txt\nSubject: Zweite {{ numbers }}\n\n{{ greeting }}\n{% if deadline %}{{ deadline | date }}{% endif %}\n\
               === de/second.html\n{% extends \"de/_layout.html\" %}{% block body %}<p>{{ greeting }}</p>{% endblock body %}\n";
    let letters = Letters::with_overlay(&files(own)).unwrap();
    assert!(letters.names().contains("second"));
}

/// `=== path` starts a file.
fn files(text: &str) -> Vec<(String, String)> {
    text.split("=== ")
        .skip(1)
        .map(|file| {
            let (path, text) = file.split_once('\n').unwrap();
            (path.trim().to_owned(), text.to_owned())
        })
        .collect()
}
