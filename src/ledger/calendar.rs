//! Working days, banking days and the holidays of the German states, as civil dates.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A German state, or the union of all states' holidays where the state is unknown (the later date is the safe side).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs)]
pub enum Region {
    Bw,
    By,
    Be,
    Bb,
    Hb,
    Hh,
    He,
    Mv,
    Ni,
    Nw,
    Rp,
    Sl,
    Sn,
    St,
    Sh,
    Th,
    /// Unknown: a day is a holiday if it is one in any state.
    #[default]
    Any,
}

/// Public holiday in the region.
pub fn is_holiday(_date: Date, _region: Region) -> bool {
    todo!()
}

/// Monday to Friday and no public holiday of the region.
pub fn is_working_day(_date: Date, _region: Region) -> bool {
    todo!()
}

/// TARGET day: Monday to Friday except 1 Jan, Good Friday, Easter Monday, 1 May, 25 and 26 Dec.
pub fn is_banking_day(_date: Date) -> bool {
    todo!()
}

/// The date itself if it is a working day, else the next one (§ 193 BGB).
pub fn moved_to_working_day(_date: Date, _region: Region) -> Date {
    todo!()
}

/// The date `n` banking days after `date` (0: the date itself).
pub fn plus_banking_days(_date: Date, _n: u16) -> Date {
    todo!()
}

/// Banking days after `from` up to and including `to`; 0 if `to` is not later.
pub fn banking_days_between(_from: Date, _to: Date) -> u32 {
    todo!()
}
