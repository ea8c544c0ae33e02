import { Global, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { Draining } from './draining.js';
import { HeadInterceptor } from './head.interceptor.js';

@Global()
@Module({
  providers: [Draining, { provide: APP_INTERCEPTOR, useClass: HeadInterceptor }],
  exports: [Draining],
})
export class HttpModule {}
