'use strict';
// Messages over a socket: four bytes for the length, then a JSON list that begins with the kind of the message.

const net = require('net');

const HEAD = 4;

class Connection {
  constructor(fd, lost) {
    this.handlers = new Map();
    this.waiting = [];
    this.size = 0;
    this.socket = new net.Socket({ fd, readable: true, writable: true });
    this.socket.on('data', chunk => this.received(chunk));
    this.socket.on('error', lost);
    this.socket.on('close', lost);
  }

  on(kind, handler) {
    this.handlers.set(kind, handler);
  }

  send(...message) {
    const text = JSON.stringify(message);
    const length = Buffer.byteLength(text);
    const frame = Buffer.allocUnsafe(HEAD + length);
    frame.writeUInt32BE(length, 0);
    frame.write(text, HEAD);
    this.socket.write(frame);
  }

  end(done) {
    this.socket.end(done);
  }

  received(chunk) {
    this.waiting.push(chunk);
    this.size += chunk.length;
    if (this.size < this.needed()) return;
    let buffer = this.waiting.length === 1 ? chunk : Buffer.concat(this.waiting);
    while (buffer.length >= HEAD) {
      const end = HEAD + buffer.readUInt32BE(0);
      if (buffer.length < end) break;
      const [kind, ...rest] = JSON.parse(buffer.toString('utf8', HEAD, end));
      buffer = buffer.subarray(end);
      this.handlers.get(kind)(...rest);
    }
    this.waiting = buffer.length ? [buffer] : [];
    this.size = buffer.length;
  }

  // Bytes that must be there before a message can be read.
  needed() {
    const first = this.waiting[0];
    return first.length < HEAD ? HEAD : HEAD + first.readUInt32BE(0);
  }
}

module.exports = { Connection };
