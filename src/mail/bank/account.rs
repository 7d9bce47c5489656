//! Which of the merchant's accounts a mail is about, and whether it was written to him.
//!
//! Knows masked numbers (`*8600`, `...7288`, `CH** **** ...601M`, `XX0247`) and providers that name no account. A genuine
//! mail about somebody else's account must never count: DKIM does not cover to whom a mail was delivered.

use crate::ledger::CustomerAddress;
use crate::mail::Trust;
use crate::mail::parts::Mail;
use crate::mail::trust::{OwnAccount, Verdict};

/// Fewer visible characters of a number say nothing.
const VISIBLE: usize = 3;

/// The account, as the configuration writes it. `printed` is what the mail names, `provider` the recipe's name.
///
/// # Errors
/// Why it is none of the merchant's, in words.
pub fn account(
    mail: &Mail,
    verdict: &Verdict,
    printed: Option<&str>,
    provider: &str,
    trust: &Trust,
) -> Result<String, String> {
    if trust.assume && trust.accounts.is_empty() {
        return Ok(printed.unwrap_or(provider).to_owned());
    }
    match printed {
        Some(printed) => named(printed, trust),
        None => unnamed(mail, verdict, provider, trust),
    }
}

fn named(printed: &str, trust: &Trust) -> Result<String, String> {
    if let Some(account) = trust.account(printed) {
        return Ok(account.id.clone());
    }
    let end = visible_end(printed);
    let fits = |account: &&OwnAccount| {
        end.len() >= VISIBLE
            && account.id.len() > end.len()
            && account.id.to_uppercase().ends_with(&end)
    };
    let ours: Vec<&OwnAccount> = trust.accounts.iter().filter(fits).collect();
    match ours.as_slice() {
        [only] => Ok(only.id.clone()),
        [] => Err(format!(
            "the mail is about another account ({printed}), not one of the configuration"
        )),
        _ => Err(format!(
            "{printed} is the end of several accounts of the configuration"
        )),
    }
}

/// The characters behind the last mask, in upper case.
fn visible_end(printed: &str) -> String {
    let bare: String = printed
        .split_whitespace()
        .collect::<String>()
        .to_uppercase();
    // `1000000005/2250`: a Czech number and the code of its bank.
    let bare = bare.split('/').next().unwrap_or_default();
    let end = bare.rsplit(['*', '.', '…', '•', '·', '#', '-']).next();
    end.unwrap_or_default().trim_start_matches('X').to_owned()
}

/// No account is named: a provider knows the merchant by an address, a bank lists him by its sender.
fn unnamed(
    mail: &Mail,
    verdict: &Verdict,
    provider: &str,
    trust: &Trust,
) -> Result<String, String> {
    let account = match trust.account(provider) {
        Some(account) => account,
        None => match trust
            .accounts_of(&verdict.from)
            .collect::<Vec<_>>()
            .as_slice()
        {
            [only] => only,
            [] => {
                return Err(format!(
                    "there is no account `{provider}` in the configuration"
                ));
            }
            _ => {
                return Err(
                    "the mail names no account, and its sender writes about several".into(),
                );
            }
        },
    };
    let to: Vec<&CustomerAddress> = mail.to.iter().filter_map(|p| p.address.as_ref()).collect();
    let ours = |address: &CustomerAddress| match &account.address {
        Some(known) => known == address,
        None => trust.is_merchant(address) || trust.is_own(address),
    };
    match to.as_slice() {
        [only] if ours(only) => Ok(account.id.clone()),
        _ => Err(format!(
            "the mail is not addressed to the address of the account `{}`",
            account.id
        )),
    }
}

/// A bank's account rather than a provider's: it has an IBAN.
pub fn is_bank(id: &str) -> bool {
    let country = id.chars().take(2).all(|c| c.is_ascii_alphabetic());
    country && id.len() >= 15 && id.chars().skip(2).take(2).all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::visible_end;

    #[test]
    fn the_end_behind_a_mask_is_what_is_seen() {
        for (printed, end) in [
            ("*8600", "8600"),
            ("AT** **** **** ***4567", "4567"),
            ("CH** **** ...601M", "601M"),
            ("XX0247", "0247"),
            ("…7288", "7288"),
            ("1000000005/2250", "1000000005"),
            ("****", ""),
        ] {
            assert_eq!(visible_end(printed), end, "{printed}");
        }
    }
}
