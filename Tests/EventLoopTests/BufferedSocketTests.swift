import Glibc
import Platform
import Testing

@testable import EventLoop

/// A peer that is served by a socket, and counts reports of its input.
private final class Peer: EventSource {
    let channel: BufferedSocket
    private(set) var inputs = 0
    private(set) var received = 0

    init(_ channel: BufferedSocket) { self.channel = channel }

    func isReady(readable: Bool, writable: Bool) {
        if writable { channel.flush() }
        guard readable else { return }
        inputs += 1
        var buffer = [UInt8](repeating: 0, count: 4096)
        guard case .bytes(let count) = channel.receive(into: &buffer) else { return }
        received += count
    }
}

@Suite struct BufferedSocketTests {
    private static let block = [UInt8](repeating: 7, count: 1 << 20)

    /// Reads all that has arrived.
    private func drain(_ descriptor: borrowing OwnedDescriptor) throws -> Int {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var total = 0
        while case .bytes(let count) = try descriptor.receive(into: &buffer) { total += count }
        return total
    }

    @Test(arguments: [false, true])
    func `with output first, a peer that reads nothing is not read from`(outputFirst: Bool) throws {
        let loop = try EventLoop()
        let pair = try SocketPair()
        try pair.far.becomeNonblocking()
        let near = try OwnedDescriptor.copy(of: pair.near.rawValue)
        try near.becomeNonblocking()
        let peer = Peer(BufferedSocket(near, loop: loop, outputFirst: outputFirst))
        #expect(peer.channel.watch(peer))
        peer.channel.send(Self.block)
        #expect(!peer.channel.hasSentAll)
        let bytes: [UInt8] = [1, 2, 3]
        try pair.far.writeAll(bytes.span)
        loop.schedule(milliseconds: 5) {}
        try loop.turn()
        #expect(peer.inputs == (outputFirst ? 0 : 1))
        var total = 0
        while total < Self.block.count || peer.received < 3 {
            total += try drain(pair.far)
            loop.schedule(milliseconds: 0) {}
            try loop.turn()
        }
        #expect(total == Self.block.count && peer.channel.hasSentAll)
        peer.channel.close()
    }

    @Test func `output that was left while nothing was watched is sent once it is watched`() throws {
        let loop = try EventLoop()
        let pair = try SocketPair()
        try pair.far.becomeNonblocking()
        let near = try OwnedDescriptor.copy(of: pair.near.rawValue)
        try near.becomeNonblocking()
        let peer = Peer(BufferedSocket(near, loop: loop))
        peer.channel.send(Self.block)
        #expect(peer.channel.watch(peer))
        var total = 0
        while total < Self.block.count {
            total += try drain(pair.far)
            loop.schedule(milliseconds: 0) {}
            try loop.turn()
        }
        #expect(peer.channel.hasSentAll)
        peer.channel.close()
    }
}
