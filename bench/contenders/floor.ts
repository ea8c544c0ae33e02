import { createServer } from 'node:http';
import { tellListening } from './listening.js';

/** The floor: what `node:http` alone costs to read a call and to answer it. */
const ANSWER = JSON.stringify({ status: 'OK' });

const server = createServer((request, response) => {
  request.resume().once('end', () => {
    response.writeHead(201, { 'Content-Type': 'application/json', 'Content-Length': ANSWER.length });
    response.end(ANSWER);
  });
});
server.listen(0, '127.0.0.1', () => tellListening(server));
