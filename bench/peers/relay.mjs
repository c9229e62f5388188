// The least that a server can do: every message to everybody else at the same address, understood
// by nobody, kept nowhere. A floor, not a competitor. Usage: node relay.mjs PORT
import { WebSocketServer } from "ws";

const notes = new Map();
const sockets = new WebSocketServer({
  port: Number(process.argv[2]),
  host: "127.0.0.1",
  perMessageDeflate: false,
});
sockets.on("connection", (socket, request) => {
  const members = notes.get(request.url) ?? new Set();
  notes.set(request.url, members.add(socket));
  socket.on("message", (message) => {
    for (const other of members) if (other !== socket) other.send(message);
  });
  socket.on("close", () => members.delete(socket));
});
