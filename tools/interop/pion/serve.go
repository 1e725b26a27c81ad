package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/datachannel"
	"github.com/pion/ice/v4"
	"github.com/pion/webrtc/v4"
)

const (
	stateChannel  = "state"
	stateBytes    = 200
	statePeriod   = 50 * time.Millisecond
	quietAfter    = 500 * time.Millisecond
	mostOffer     = 64 << 10
	mostMessage   = 16 << 10
	mostUntilSent = 64 << 10
)

// server does what the server of `bench webrtc` does: all peers on one UDP port, 200 bytes to each of them 20 times a second
// over channel "state" while messages come, which it only counts.
type server struct {
	api      *webrtc.API
	mu       sync.Mutex
	channels map[*webrtc.PeerConnection]datachannel.ReadWriteCloser
	peers    atomic.Int64
	in, out  atomic.Int64
	lastIn   atomic.Int64
}

// serve answers offers at http://ADDRESS/v1/webrtc; UDP has the same address and port. As pion's documentation advises for servers with many
// peers and messages: one UDP mux, ICE lite, detached data channels, which have no copy and no goroutine for each message.
func serve(address string) error {
	udp, err := net.ListenPacket("udp4", address)
	if err != nil {
		return err
	}
	if socket, ok := udp.(*net.UDPConn); ok {
		_ = socket.SetReadBuffer(4 << 20)
		_ = socket.SetWriteBuffer(4 << 20)
	}
	settings := webrtc.SettingEngine{}
	settings.SetICEUDPMux(webrtc.NewICEUDPMux(nil, udp))
	settings.SetLite(true)
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	settings.DetachDataChannels()
	if err := settings.SetAnsweringDTLSRole(webrtc.DTLSRoleServer); err != nil {
		return err
	}
	s := &server{
		api:      webrtc.NewAPI(webrtc.WithSettingEngine(settings)),
		channels: map[*webrtc.PeerConnection]datachannel.ReadWriteCloser{},
	}
	go s.tick()
	http.HandleFunc("/readyz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	http.HandleFunc("/stats", s.stats)
	http.HandleFunc("POST /v1/webrtc", s.offer)
	listener, err := net.Listen("tcp4", address)
	if err != nil {
		return err
	}
	fmt.Println("listening")
	return http.Serve(listener, nil)
}

func (s *server) stats(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintf(w, "peers %d\nmessages_in %d\nmessages_out %d\n", s.peers.Load(), s.in.Load(), s.out.Load())
}

func (s *server) offer(w http.ResponseWriter, request *http.Request) {
	offer, err := io.ReadAll(io.LimitReader(request.Body, mostOffer))
	if err == nil {
		var answer string
		if answer, err = s.accept(string(offer)); err == nil {
			w.WriteHeader(http.StatusCreated)
			fmt.Fprint(w, answer)
			return
		}
	}
	http.Error(w, err.Error(), http.StatusBadRequest)
}

func (s *server) accept(offer string) (string, error) {
	pc, err := s.api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return "", err
	}
	s.peers.Add(1)
	pc.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		if state == webrtc.PeerConnectionStateFailed || state == webrtc.PeerConnectionStateDisconnected {
			_ = pc.Close()
		}
		if state == webrtc.PeerConnectionStateClosed {
			s.mu.Lock()
			delete(s.channels, pc)
			s.mu.Unlock()
			s.peers.Add(-1)
		}
	})
	pc.OnDataChannel(func(channel *webrtc.DataChannel) {
		channel.OnOpen(func() {
			detached, err := channel.Detach()
			if err != nil {
				_ = pc.Close()
				return
			}
			if channel.Label() == stateChannel {
				s.mu.Lock()
				s.channels[pc] = detached
				s.mu.Unlock()
			}
			go s.count(detached)
		})
	})
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return "", err
	}
	answer, err := pc.CreateAnswer(nil)
	if err != nil {
		return "", err
	}
	gathered := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(answer); err != nil {
		return "", err
	}
	<-gathered
	return pc.LocalDescription().SDP, nil
}

func (s *server) count(channel datachannel.ReadWriteCloser) {
	buffer := make([]byte, mostMessage)
	for {
		if _, err := channel.Read(buffer); err != nil {
			return
		}
		s.in.Add(1)
		s.lastIn.Store(time.Now().UnixNano())
	}
}

func (s *server) tick() {
	state := make([]byte, stateBytes)
	var told []datachannel.ReadWriteCloser
	for range time.Tick(statePeriod) {
		if time.Now().UnixNano()-s.lastIn.Load() > int64(quietAfter) {
			continue
		}
		told = told[:0]
		s.mu.Lock()
		for _, channel := range s.channels {
			told = append(told, channel)
		}
		s.mu.Unlock()
		for _, channel := range told {
			if behind, ok := channel.(interface{ BufferedAmount() uint64 }); ok && behind.BufferedAmount() > mostUntilSent {
				continue
			}
			if _, err := channel.Write(state); err == nil {
				s.out.Add(1)
			}
		}
	}
}
