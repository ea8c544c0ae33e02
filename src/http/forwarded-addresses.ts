import type { NextFunction, Request, Response } from 'express';
import { withoutPort } from '../config/network.js';

/** Some proxies name a caller with his port (`1.2.3.4:5678`, `[2001:db8::1]:80`): who calls is his address. */
export function withoutPorts({ headers }: Request, _response: Response, next: NextFunction): void {
  const told = headers['x-forwarded-for'];
  if (typeof told === 'string') {
    headers['x-forwarded-for'] = told
      .split(',')
      .map((address) => withoutPort(address.trim()))
      .join(', ');
  }
  next();
}
