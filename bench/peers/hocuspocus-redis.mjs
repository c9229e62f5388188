// Hocuspocus with its own extension for several processes, without any storage.
// Usage: node hocuspocus-redis.mjs PORT PORT_OF_REDIS
import { Redis } from "@hocuspocus/extension-redis";
import { Server } from "@hocuspocus/server";

const [port, redis] = process.argv.slice(2).map(Number);
const extensions = [new Redis({ host: "127.0.0.1", port: redis })];
new Server({ port, address: "127.0.0.1", quiet: true, extensions }).listen();
