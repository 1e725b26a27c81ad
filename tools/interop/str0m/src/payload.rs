//! Messages that say what they are; peers/core.mjs makes the same.

use serde_json::{Value, json};

/// Its first four bytes are its number, big-endian.
pub fn binary(size: usize, seq: u32) -> Vec<u8> {
    let mut data: Vec<u8> =
        (0..size).map(|i| seq.wrapping_mul(31).wrapping_add(i as u32 * 7) as u8).collect();
    if size >= 4 {
        data[..4].copy_from_slice(&seq.to_be_bytes());
    }
    data
}

/// Starts with its number in eight hexadecimal digits.
pub fn text(size: usize, seq: u32) -> Vec<u8> {
    let mut data: Vec<u8> =
        (0..size).map(|i| 97 + ((seq as usize + i) % 26) as u8).collect();
    if size >= 8 {
        data[..8].copy_from_slice(format!("{seq:08x}").as_bytes());
    }
    data
}

pub fn event(peer: &str, channel: &str, is_binary: bool, data: &[u8]) -> Value {
    let seq = if is_binary {
        data.first_chunk::<4>().map(|head| i64::from(u32::from_be_bytes(*head)))
    } else {
        data.get(..8)
            .filter(|head| head.iter().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f')))
            .and_then(|head| std::str::from_utf8(head).ok())
            .and_then(|head| i64::from_str_radix(head, 16).ok())
    };
    let fnv = data
        .iter()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    json!({"event": "message", "peer": peer, "channel": channel,
        "kind": if is_binary { "binary" } else { "text" },
        "size": data.len(), "seq": seq.unwrap_or(-1), "fnv": fnv})
}
