import { Module } from '@nestjs/common';
import { SecretBox } from './secret-box.js';

/** What is encrypted at rest. */
@Module({ providers: [SecretBox], exports: [SecretBox] })
export class SecretsModule {}
