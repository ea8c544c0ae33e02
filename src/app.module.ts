import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { AuthModule } from './auth/auth.module.js';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { DatabaseModule } from './database/database.module.js';
import { DemoDataModule } from './demo/demo-data.module.js';
import { HealthModule } from './health/health.module.js';
import { HttpModule } from './http/http.module.js';
import { MovementsModule } from './movements/movements.module.js';
import { BackOfficeModule } from './back-office/back-office.module.js';
import { ReconciliationModule } from './reconciliation/reconciliation.module.js';
import { SessionsModule } from './sessions/sessions.module.js';

/** The composition root: every module of the server, and what they share. */
@Module({})
export class AppModule {
  /** @param modules what a host adds to the server, behind the same guards, pipe and filter */
  static forRoot(config: Config, modules: readonly Type[] = []): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config),
        DatabaseModule.forRoot(config.database),
        HttpModule,
        AuthModule,
        SessionsModule,
        MovementsModule,
        BackOfficeModule,
        ReconciliationModule,
        HealthModule,
        ...(config.demo ? [DemoDataModule] : []),
        ...modules,
      ],
    };
  }
}
