package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/webrtc/v4"
)

const (
	mostBuffered     = 1 << 20
	mostCommandBytes = 1 << 20
)

type event map[string]any

type channelSpec struct {
	Label             string  `json:"label"`
	Ordered           *bool   `json:"ordered"`
	MaxRetransmits    *uint16 `json:"maxRetransmits"`
	MaxPacketLifeTime *uint16 `json:"maxPacketLifeTime"`
	Protocol          *string `json:"protocol"`
}

type iceServer struct {
	URLs       []string `json:"urls"`
	Username   string   `json:"username"`
	Credential string   `json:"credential"`
}

type command struct {
	ID             int             `json:"id"`
	Do             string          `json:"do"`
	Peer           string          `json:"peer"`
	URL            string          `json:"url"`
	Channels       []channelSpec   `json:"channels"`
	Channel        json.RawMessage `json:"channel"`
	TimeoutMs      int             `json:"timeoutMs"`
	MaxMessageSize uint32          `json:"maxMessageSize"`
	Kind           string          `json:"kind"`
	Text           *string         `json:"text"`
	Size           int             `json:"size"`
	First          uint32          `json:"first"`
	Count          *int            `json:"count"`
	GapMs          int             `json:"gapMs"`
	IceServers     []iceServer     `json:"iceServers"`
	RelayOnly      bool            `json:"relayOnly"`
}

// label is the name in a command whose channel is a name, not a specification.
func (c command) label() string {
	var label string
	_ = json.Unmarshal(c.Channel, &label)
	return label
}

func (c command) timeout() time.Duration {
	if c.TimeoutMs == 0 {
		return 15 * time.Second
	}
	return time.Duration(c.TimeoutMs) * time.Millisecond
}

func (c command) configuration() webrtc.Configuration {
	made := webrtc.Configuration{}
	for _, server := range c.IceServers {
		made.ICEServers = append(made.ICEServers, webrtc.ICEServer{
			URLs: server.URLs, Username: server.Username, Credential: server.Credential,
		})
	}
	if c.RelayOnly {
		made.ICETransportPolicy = webrtc.ICETransportPolicyRelay
	}
	return made
}

var output sync.Mutex

func emit(e event) {
	line, err := json.Marshal(e)
	if err != nil {
		panic(err)
	}
	output.Lock()
	defer output.Unlock()
	fmt.Println(string(line))
}

// peer carries out commands until stdin ends, side by side, and answers each when it is done.
func peer() error {
	var connections sync.Map
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(nil, mostCommandBytes)
	emit(event{"event": "ready"})
	for input.Scan() {
		var c command
		if err := json.Unmarshal(input.Bytes(), &c); err != nil {
			return err
		}
		go func() {
			answer := event{"id": c.ID, "ok": true}
			if err := perform(&connections, c, answer); err != nil {
				answer["ok"], answer["error"] = false, err.Error()
			}
			emit(answer)
		}()
	}
	return input.Err()
}

func perform(connections *sync.Map, c command, answer event) error {
	if c.Do == "connect" {
		start := time.Now()
		made, err := connect(c)
		if err != nil {
			return err
		}
		connections.Store(c.Peer, made)
		answer["ms"] = float64(time.Since(start).Microseconds()) / 1000
		return nil
	}
	found, ok := connections.Load(c.Peer)
	if !ok {
		return fmt.Errorf("no peer %s", c.Peer)
	}
	connection := found.(*connection)
	switch c.Do {
	case "open":
		var spec channelSpec
		if err := json.Unmarshal(c.Channel, &spec); err != nil {
			return err
		}
		opened, err := connection.open(spec)
		if err != nil {
			return err
		}
		return connection.await(opened, spec.Label, c.timeout())
	case "send":
		return connection.send(c)
	case "closeChannel":
		return connection.channel(c.label()).Close()
	case "close":
		return connection.pc.Close()
	}
	return fmt.Errorf("no command %s", c.Do)
}

type connection struct {
	name     string
	pc       *webrtc.PeerConnection
	channels sync.Map
}

func connect(c command) (*connection, error) {
	settings := webrtc.SettingEngine{}
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	if c.MaxMessageSize > 0 {
		settings.SetSCTPMaxMessageSize(c.MaxMessageSize)
		settings.SetSCTPMaxReceiveBufferSize(2 * c.MaxMessageSize)
	}
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(settings)).NewPeerConnection(c.configuration())
	if err != nil {
		return nil, err
	}
	made := &connection{name: c.Peer, pc: pc}
	pc.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		emit(event{"event": "state", "peer": c.Peer, "state": state.String()})
	})
	opens := map[string]chan struct{}{}
	for _, spec := range c.Channels {
		if opens[spec.Label], err = made.open(spec); err != nil {
			return nil, err
		}
	}
	if err := made.negotiate(c.URL); err != nil {
		return nil, err
	}
	deadline := time.Now().Add(c.timeout())
	for label, opened := range opens {
		if err := made.await(opened, label, time.Until(deadline)); err != nil {
			return nil, err
		}
	}
	return made, nil
}

func (c *connection) negotiate(url string) error {
	offer, err := c.pc.CreateOffer(nil)
	if err != nil {
		return err
	}
	gathered := webrtc.GatheringCompletePromise(c.pc)
	if err := c.pc.SetLocalDescription(offer); err != nil {
		return err
	}
	<-gathered
	response, err := http.Post(url, "application/sdp", strings.NewReader(c.pc.LocalDescription().SDP))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("signalling: %d %s", response.StatusCode, body)
	}
	return c.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: string(body)})
}

func (c *connection) open(spec channelSpec) (chan struct{}, error) {
	channel, err := c.pc.CreateDataChannel(spec.Label, &webrtc.DataChannelInit{
		Ordered:           spec.Ordered,
		MaxRetransmits:    spec.MaxRetransmits,
		MaxPacketLifeTime: spec.MaxPacketLifeTime,
		Protocol:          spec.Protocol,
	})
	if err != nil {
		return nil, err
	}
	opened := make(chan struct{})
	channel.OnOpen(func() { close(opened) })
	channel.OnClose(func() { emit(event{"event": "channelClosed", "peer": c.name, "channel": spec.Label}) })
	channel.OnMessage(func(m webrtc.DataChannelMessage) { emit(messageEvent(c.name, spec.Label, m.IsString, m.Data)) })
	c.channels.Store(spec.Label, channel)
	return opened, nil
}

func (c *connection) await(opened chan struct{}, label string, timeout time.Duration) error {
	select {
	case <-opened:
		return nil
	case <-time.After(timeout):
		return fmt.Errorf("channel %s to open (connection %s): not within %v", label, c.pc.ConnectionState(), timeout)
	}
}

func (c *connection) channel(label string) *webrtc.DataChannel {
	found, _ := c.channels.Load(label)
	return found.(*webrtc.DataChannel)
}

func (c *connection) send(command command) error {
	channel := c.channel(command.label())
	count := 1
	if command.Count != nil {
		count = *command.Count
	}
	for i := range count {
		if i > 0 {
			time.Sleep(time.Duration(command.GapMs) * time.Millisecond)
		}
		for channel.BufferedAmount() > mostBuffered {
			time.Sleep(5 * time.Millisecond)
		}
		seq := command.First + uint32(i)
		var err error
		switch {
		case command.Text != nil:
			err = channel.SendText(*command.Text)
		case command.Kind == "text":
			err = channel.SendText(textMessage(command.Size, seq))
		default:
			err = channel.Send(binaryMessage(command.Size, seq))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
