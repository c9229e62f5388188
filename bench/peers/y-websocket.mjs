// The reference server of y-websocket, without persistence. Usage: node y-websocket.mjs PORT
import http from "node:http";
import { setupWSConnection } from "@y/websocket-server/utils";
import { WebSocketServer } from "ws";

const server = http.createServer((_, response) => response.end("ok"));
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on("connection", setupWSConnection);
server.listen(Number(process.argv[2]), "127.0.0.1");
