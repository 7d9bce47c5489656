//! Which layouts a mail could fit at all: every layout that asks for a word is reached by that word only, so the cost of a
//! mail grows with its own words and not with the number of recipes.
//!
//! Invariant: a layout whose markers all stand in a mail is among its candidates.

use std::collections::HashMap;
use std::sync::Arc;

use super::index::Phrase;
use super::view::View;
use super::{Layout, Recipe};

/// Layouts (number of the recipe, number of the layout) by the hash of a word that must stand in the mail.
#[derive(Debug, Default)]
pub struct Gates {
    by_word: HashMap<u64, Vec<(usize, usize)>>,
    /// Layouts that ask for no word.
    always: Vec<(usize, usize)>,
}

impl Gates {
    /// The gates of recipes that are compiled together, each with its number.
    pub fn attach(recipes: &mut [Recipe]) {
        let mut gates = Gates::default();
        for (r, recipe) in recipes.iter().enumerate() {
            for (l, layout) in recipe.layouts.iter().enumerate() {
                match gate(layout) {
                    Some(phrases) => {
                        for phrase in phrases {
                            gates.by_word.entry(phrase.hash()).or_default().push((r, l));
                        }
                    }
                    None => gates.always.push((r, l)),
                }
            }
        }
        let gates = Arc::new(gates);
        for (number, recipe) in recipes.iter_mut().enumerate() {
            recipe.gates = Arc::clone(&gates);
            recipe.number = number;
        }
    }
}

/// The smallest group of markers of which one must stand in the mail.
fn gate(layout: &Layout) -> Option<&[Phrase]> {
    let m = &layout.matching;
    let groups = m.all.iter().chain([&m.subject, &m.any]);
    groups
        .filter(|group| !group.is_empty() && group.iter().all(|phrase| phrase.hash() != 0))
        .min_by_key(|group| (group.len(), std::cmp::Reverse(group[0].text().len())))
        .map(Vec::as_slice)
}

/// The layouts that could fit, in the order of the recipes.
pub fn candidates<'r>(
    recipes: &'r [Recipe],
    view: &View<'_>,
) -> Vec<(&'r Recipe, &'r Arc<Layout>)> {
    let Some(first) = recipes.first() else {
        return Vec::new();
    };
    let together = |recipe: &Recipe| Arc::ptr_eq(&recipe.gates, &first.gates);
    if !recipes.iter().all(together) {
        let layouts =
            |recipe: &'r Recipe| recipe.layouts.iter().map(move |layout| (recipe, layout));
        return recipes.iter().flat_map(layouts).collect();
    }
    let reached = view
        .words()
        .filter_map(|word| first.gates.by_word.get(&word));
    let mut found: Vec<(usize, usize)> = reached
        .chain([&first.gates.always])
        .flatten()
        .copied()
        .collect();
    found.sort_unstable();
    found.dedup();
    // A part of the recipes keeps their numbers and their order.
    let own = |(r, l): (usize, usize)| {
        let at = recipes
            .binary_search_by_key(&r, |recipe| recipe.number)
            .ok()?;
        let recipe = &recipes[at];
        Some((recipe, recipe.layouts.get(l)?))
    };
    found.into_iter().filter_map(own).collect()
}
