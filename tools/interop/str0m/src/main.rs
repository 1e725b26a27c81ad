//! str0m as a scripted peer: ../../README.md has the commands and events.

mod connection;
mod payload;

use std::collections::HashMap;
use std::io::{self, BufRead, Write};
use std::sync::mpsc::Sender;
use std::thread;

use connection::Order;
use serde_json::{Value, json};

/// One JSON object on a line of stdout.
pub fn emit(object: Value) {
    let mut out = io::stdout().lock();
    writeln!(out, "{object}").and_then(|()| out.flush()).expect("stdout");
}

/// What `done` says of a command is its answer.
pub fn answer(id: &Value, done: Result<Value, String>) {
    let mut said = match done {
        Ok(fields) => fields,
        Err(why) => json!({"error": why, "ok": false}),
    };
    if said.get("ok").is_none() {
        said["ok"] = json!(true);
    }
    said["id"] = id.clone();
    emit(said);
}

fn main() {
    str0m::crypto::from_feature_flags().install_process_default();
    let mut peers: HashMap<String, Sender<Order>> = HashMap::new();
    emit(json!({"event": "ready"}));
    for line in io::stdin().lock().lines() {
        let command: Value = serde_json::from_str(&line.expect("stdin")).expect("a JSON object");
        let name = command["peer"].as_str().unwrap_or_default().to_owned();
        if command["do"] == "connect" {
            let (orders, taken) = std::sync::mpsc::channel();
            peers.insert(name.clone(), orders);
            thread::spawn(move || connection::run(name, command, taken));
        } else {
            match peers.get(&name) {
                Some(orders) => {
                    let id = command["id"].clone();
                    if orders.send(Order(command)).is_err() {
                        answer(&id, Err(format!("{name} is closed")));
                    }
                }
                None => answer(&command["id"], Err(format!("no peer {name}"))),
            }
        }
    }
}
