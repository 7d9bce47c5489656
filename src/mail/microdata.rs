//! Microdata (`itemscope`, `itemprop`) of a mail's HTML as a tree of items. HTML Living Standard 5; knows no vocabulary.
//!
//! Iterative; at most [`MAX_OPEN`] elements are followed, deeper ones are read as text of their parents.

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

use super::parts::clean;

const MAX_OPEN: usize = 256;

/// One item.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Item {
    /// Last path segment of `itemtype` (`Order`).
    pub kind: String,
    /// Properties in their order.
    pub props: Vec<(String, Value)>,
}

/// A property's value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text, `content`, `href` or `datetime`.
    Text(String),
    /// An item of its own.
    Item(Item),
}

struct Open {
    name: Vec<u8>,
    prop: Option<String>,
    item: Option<Item>,
    text: String,
}

/// Reads the top-level items of one HTML part.
pub fn read(html: &str, items: &mut Vec<Item>) {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut stack: Vec<Open> = Vec::new();
    for token in Tokenizer::new_with_emitter(html, emitter).flatten() {
        match token {
            Token::StartTag(tag) => start(&tag, &mut stack, items),
            Token::EndTag(tag) => {
                // Only elements that carry something are on the stack; find the nearest of that name.
                if let Some(at) = stack.iter().rposition(|open| open.name == **tag.name) {
                    while stack.len() > at {
                        end(&mut stack, items);
                    }
                }
            }
            Token::String(text) => {
                let text = clean(&String::from_utf8_lossy(&text.value));
                if let Some(open) = stack
                    .iter_mut()
                    .rev()
                    .find(|open| open.prop.is_some() && open.item.is_none())
                {
                    open.text.push_str(&text);
                }
            }
            _ => {}
        }
    }
    while !stack.is_empty() {
        end(&mut stack, items);
    }
}

fn attribute(tag: &StartTag<()>, name: &str) -> Option<String> {
    let value = tag.attributes.get(name.as_bytes())?;
    Some(
        clean(&String::from_utf8_lossy(&value.value))
            .trim()
            .to_owned(),
    )
}

fn start(tag: &StartTag<()>, stack: &mut Vec<Open>, items: &mut Vec<Item>) {
    let prop = attribute(tag, "itemprop");
    let scope = attribute(tag, "itemscope").is_some();
    let void = matches!(
        tag.name.as_slice(),
        b"meta" | b"link" | b"img" | b"br" | b"input" | b"hr"
    );
    if let (Some(prop), false) = (&prop, scope) {
        let value = ["content", "href", "datetime", "src"]
            .iter()
            .find_map(|name| attribute(tag, name));
        // An element with a value attribute says it there; its text is for people.
        if let Some(value) = value {
            put(prop, Value::Text(value), stack);
            return;
        }
    }
    let same_name_inside = stack.iter().any(|open| open.name == *tag.name);
    if void || stack.len() >= MAX_OPEN || (prop.is_none() && !scope && !same_name_inside) {
        if void && scope {
            let item = Item {
                kind: kind(tag),
                props: Vec::new(),
            };
            match prop {
                Some(prop) => put(&prop, Value::Item(item), stack),
                None => items.push(item),
            }
        }
        return;
    }
    let item = scope.then(|| Item {
        kind: kind(tag),
        props: Vec::new(),
    });
    stack.push(Open {
        name: tag.name.to_vec(),
        prop,
        item,
        text: String::new(),
    });
}

fn kind(tag: &StartTag<()>) -> String {
    let kind = attribute(tag, "itemtype").unwrap_or_default();
    kind.rsplit('/').next().unwrap_or_default().to_owned()
}

fn end(stack: &mut Vec<Open>, items: &mut Vec<Item>) {
    let Some(open) = stack.pop() else { return };
    match (open.prop, open.item) {
        (Some(prop), Some(item)) if stack.iter().any(|o| o.item.is_some()) => {
            put(&prop, Value::Item(item), stack)
        }
        (_, Some(item)) => items.push(item),
        (Some(prop), None) => {
            let text = open.text.split_whitespace().collect::<Vec<_>>().join(" ");
            put(&prop, Value::Text(text), stack);
        }
        (None, None) => {}
    }
}

fn put(prop: &str, value: Value, stack: &mut [Open]) {
    if let Some(item) = stack.iter_mut().rev().find_map(|open| open.item.as_mut()) {
        item.props.push((prop.to_owned(), value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_items_and_value_attributes() {
        let html = r#"<div itemscope itemtype="http://schema.org/Order"><div itemprop="seller" itemscope
            itemtype="http://schema.org/Organization"><meta itemprop="name" content="Tee"/></div><div>x</div>
            <b itemprop="orderNumber">A <i>7</i></b></div>"#;
        let mut items = Vec::new();
        read(html, &mut items);
        let seller = Item {
            kind: "Organization".into(),
            props: vec![("name".into(), Value::Text("Tee".into()))],
        };
        assert_eq!(
            items,
            [Item {
                kind: "Order".into(),
                props: vec![
                    ("seller".into(), Value::Item(seller)),
                    ("orderNumber".into(), Value::Text("A 7".into()))
                ]
            }]
        );
    }
}
