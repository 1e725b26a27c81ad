//! One connection: its socket, its str0m, and the orders that wait for their turn. One thread.

use std::collections::{HashMap, VecDeque};
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpStream, UdpSocket};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use str0m::change::SdpAnswer;
use str0m::channel::{ChannelConfig, ChannelId, Reliability};
use str0m::net::{Protocol, Receive};
use str0m::{Candidate, Event, Input, Output, Rtc};

use crate::{answer, emit, payload};

const MOST_BUFFERED: usize = 1 << 20;

/// How long orders wait while no datagram comes.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// A command for a connection that there is.
pub struct Order(pub Value);

/// Channels that a command waits for.
struct Opening {
    id: Value,
    labels: Vec<String>,
    begun: Instant,
    until: Instant,
}

/// The messages of one command.
struct Sending {
    command: Value,
    next: u64,
    due: Instant,
}

struct Connection {
    name: String,
    rtc: Rtc,
    socket: UdpSocket,
    channels: HashMap<String, ChannelId>,
    open: Vec<String>,
    openings: Vec<Opening>,
    sendings: VecDeque<Sending>,
    closed: bool,
}

/// Connects, and carries out what is ordered until it is closed.
pub fn run(name: String, command: Value, orders: Receiver<Order>) {
    match Connection::connect(name, &command) {
        Ok(mut connection) => {
            if let Err(why) = connection.live(&orders) {
                eprintln!("str0m: {}: {why}", connection.name);
                emit(json!({"event": "state", "peer": connection.name, "state": "failed"}));
            }
        }
        Err(why) => answer(&command["id"], Err(why)),
    }
}

impl Connection {
    fn connect(name: String, command: &Value) -> Result<Connection, String> {
        let socket = UdpSocket::bind("127.0.0.1:0").map_err(|e| e.to_string())?;
        let address = socket.local_addr().map_err(|e| e.to_string())?;
        let mut rtc = Rtc::new(Instant::now());
        rtc.add_local_candidate(Candidate::host(address, "udp").map_err(|e| e.to_string())?);
        let mut channels = HashMap::new();
        let mut changes = rtc.sdp_api();
        let specs = command["channels"].as_array().cloned().unwrap_or_default();
        for spec in &specs {
            let config = config(spec);
            channels.insert(config.label.clone(), changes.add_channel_with_config(config));
        }
        let (offer, pending) = changes.apply().ok_or("nothing to offer")?;
        let url = command["url"].as_str().unwrap_or_default();
        let sdp = post(url, &offer.to_sdp_string())?;
        let said = SdpAnswer::from_sdp_string(&sdp).map_err(|e| e.to_string())?;
        rtc.sdp_api().accept_answer(pending, said).map_err(|e| e.to_string())?;
        let mut made = Connection {
            name,
            rtc,
            socket,
            open: Vec::new(),
            openings: Vec::new(),
            sendings: VecDeque::new(),
            closed: false,
            channels,
        };
        made.await_open(command, specs.iter().map(label).collect());
        Ok(made)
    }

    fn await_open(&mut self, command: &Value, labels: Vec<String>) {
        let begun = Instant::now();
        let limit = Duration::from_millis(command["timeoutMs"].as_u64().unwrap_or(15_000));
        let id = command["id"].clone();
        self.openings.push(Opening { id, labels, begun, until: begun + limit });
    }

    fn live(&mut self, orders: &Receiver<Order>) -> Result<(), String> {
        let mut buffer = vec![0; 2_048];
        while !self.closed {
            let due = self.drain()?;
            loop {
                match orders.try_recv() {
                    Ok(Order(command)) => self.order(command),
                    Err(TryRecvError::Empty) => break,
                    Err(TryRecvError::Disconnected) => return Ok(()),
                }
            }
            self.go_on();
            let due = due.min(self.drain()?);
            self.receive(due, &mut buffer)?;
        }
        Ok(())
    }

    /// Sends and tells what there is; gives when there is more.
    fn drain(&mut self) -> Result<Instant, String> {
        loop {
            match self.rtc.poll_output().map_err(|e| e.to_string())? {
                Output::Timeout(due) => return Ok(due),
                Output::Transmit(out) => {
                    let _ = self.socket.send_to(&out.contents, out.destination);
                }
                Output::Event(event) => self.told(event),
            }
            if !self.rtc.is_alive() && !self.closed {
                self.closed = true;
                emit(json!({"event": "state", "peer": self.name, "state": "closed"}));
            }
        }
    }

    fn receive(&mut self, due: Instant, buffer: &mut [u8]) -> Result<(), String> {
        let wait = due.saturating_duration_since(Instant::now()).min(LOOK_EVERY);
        let wait = wait.max(Duration::from_micros(100)); // zero would be for ever
        self.socket.set_read_timeout(Some(wait)).map_err(|e| e.to_string())?;
        let destination = self.socket.local_addr().map_err(|e| e.to_string())?;
        let input = match self.socket.recv_from(buffer) {
            Ok((length, source)) => {
                let Ok(contents) = buffer[..length].try_into() else { return Ok(()) };
                let proto = Protocol::Udp;
                Input::Receive(Instant::now(), Receive { proto, source, destination, contents })
            }
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                Input::Timeout(Instant::now())
            }
            Err(e) => return Err(e.to_string()),
        };
        self.rtc.handle_input(input).map_err(|e| e.to_string())
    }

    fn told(&mut self, event: Event) {
        match event {
            Event::Connected => {
                emit(json!({"event": "state", "peer": self.name, "state": "connected"}));
            }
            Event::ChannelOpen(id, _) => {
                if let Some(label) = self.label_of(id) {
                    self.open.push(label);
                }
            }
            Event::ChannelData(data) => {
                if let Some(label) = self.label_of(data.id) {
                    emit(payload::event(&self.name, &label, data.binary, &data.data));
                }
            }
            Event::ChannelClose(id) => {
                if let Some(label) = self.label_of(id) {
                    self.channels.remove(&label);
                    emit(json!({"event": "channelClosed", "peer": self.name, "channel": label}));
                }
            }
            Event::IceConnectionStateChange(state) if state.is_disconnected() => {
                emit(json!({"event": "state", "peer": self.name, "state": "disconnected"}));
            }
            _ => {}
        }
    }

    fn label_of(&self, id: ChannelId) -> Option<String> {
        self.channels.iter().find(|(_, each)| **each == id).map(|(label, _)| label.clone())
    }

    fn order(&mut self, command: Value) {
        let channel = command["channel"].as_str().unwrap_or_default().to_owned();
        match command["do"].as_str().unwrap_or_default() {
            "open" => {
                let config = config(&command["channel"]);
                let label = config.label.clone();
                let id = self.rtc.direct_api().create_data_channel(config);
                self.channels.insert(label.clone(), id);
                self.await_open(&command, vec![label]);
            }
            "send" => self.sendings.push_back(Sending { command, next: 0, due: Instant::now() }),
            "closeChannel" => {
                if let Some(id) = self.channels.get(&channel) {
                    self.rtc.direct_api().close_data_channel(*id);
                }
                answer(&command["id"], Ok(json!({})));
            }
            "close" => {
                self.closed = self.rtc.close().is_err();
                answer(&command["id"], Ok(json!({})));
            }
            what => answer(&command["id"], Err(format!("no command {what}"))),
        }
    }

    /// Answers what has come about, and sends what may be sent.
    fn go_on(&mut self) {
        let (open, now) = (&self.open, Instant::now());
        self.openings.retain(|opening| {
            if opening.labels.iter().all(|label| open.contains(label)) {
                let ms = opening.begun.elapsed().as_secs_f64() * 1e3;
                answer(&opening.id, Ok(json!({"ms": ms})));
                false
            } else if now > opening.until {
                answer(&opening.id, Err(format!("{:?} to open: not in time", opening.labels)));
                false
            } else {
                true
            }
        });
        for _ in 0..self.sendings.len() {
            if let Some(sending) = self.sendings.pop_front().and_then(|each| self.send(each)) {
                self.sendings.push_back(sending);
            }
        }
    }

    /// Sends as much of it as may go now; gives what is left.
    fn send(&mut self, mut sending: Sending) -> Option<Sending> {
        let command = &sending.command;
        let count = command["count"].as_u64().unwrap_or(1);
        let gap = Duration::from_millis(command["gapMs"].as_u64().unwrap_or(0));
        let label = command["channel"].as_str().unwrap_or_default();
        while sending.next < count {
            if Instant::now() < sending.due {
                return Some(sending);
            }
            let id = self.channels.get(label).copied();
            let Some(mut channel) = id.and_then(|id| self.rtc.channel(id)) else {
                answer(&command["id"], Err(format!("{label} is not open")));
                return None;
            };
            let (is_binary, data) = message(command, sending.next);
            if channel.buffered_amount() > MOST_BUFFERED {
                return Some(sending);
            }
            match channel.write(is_binary, &data) {
                Ok(true) => {}
                Ok(false) => return Some(sending),
                Err(e) => {
                    answer(&command["id"], Err(e.to_string()));
                    return None;
                }
            }
            sending.next += 1;
            sending.due += gap;
        }
        answer(&command["id"], Ok(json!({})));
        None
    }
}

fn message(command: &Value, index: u64) -> (bool, Vec<u8>) {
    if let Some(text) = command["text"].as_str() {
        return (false, text.as_bytes().to_vec());
    }
    let seq = (command["first"].as_u64().unwrap_or(0) + index) as u32;
    let size = command["size"].as_u64().unwrap_or(0) as usize;
    match command["kind"].as_str() {
        Some("text") => (false, payload::text(size, seq)),
        _ => (true, payload::binary(size, seq)),
    }
}

fn label(spec: &Value) -> String {
    spec["label"].as_str().unwrap_or_default().to_owned()
}

fn config(spec: &Value) -> ChannelConfig {
    let reliability = if let Some(retransmits) = spec["maxRetransmits"].as_u64() {
        Reliability::MaxRetransmits { retransmits: retransmits as u16 }
    } else if let Some(lifetime) = spec["maxPacketLifeTime"].as_u64() {
        Reliability::MaxPacketLifetime { lifetime: lifetime as u16 }
    } else {
        Reliability::Reliable
    };
    ChannelConfig {
        label: label(spec),
        ordered: spec["ordered"].as_bool().unwrap_or(true),
        reliability,
        negotiated: None,
        protocol: spec["protocol"].as_str().unwrap_or_default().to_owned(),
    }
}

/// The answer to an offer. Plain HTTP on the loopback needs no library.
fn post(url: &str, sdp: &str) -> Result<String, String> {
    let (host, path) = url
        .strip_prefix("http://")
        .and_then(|rest| rest.split_once('/'))
        .ok_or_else(|| format!("not a URL: {url}"))?;
    let mut stream = TcpStream::connect(host).map_err(|e| e.to_string())?;
    let request = format!(
        "POST /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/sdp\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{sdp}",
        sdp.len()
    );
    stream.write_all(request.as_bytes()).map_err(|e| e.to_string())?;
    let mut response = String::new();
    stream.read_to_string(&mut response).map_err(|e| e.to_string())?;
    let (head, body) = response.split_once("\r\n\r\n").ok_or("no HTTP answer")?;
    if head.split(' ').nth(1).is_some_and(|status| status.starts_with('2')) {
        Ok(body.to_owned())
    } else {
        Err(format!("signalling: {}", head.lines().next().unwrap_or_default()))
    }
}
